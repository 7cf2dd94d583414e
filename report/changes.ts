import { element } from './dom.ts';

/** How many groups are shown, and of each how many reasons and stages. */
const MOST = { groups: 100, reasons: 12, stages: 100 } as const;

/** Stages that have changed in the same way for the same reasons, in words. */
export interface ChangeGroup {
  readonly change: string;
  readonly reasons: readonly string[];
  readonly stages: readonly { readonly name: string; readonly outputs: readonly string[] }[];
}

/** How locks differ. */
export function changesHtml(groups: readonly ChangeGroup[]): HTMLElement[] {
  return shortened(groups.map(groupHtml), MOST.groups, (left) => element('p', {}, left));
}

function groupHtml({ change, reasons, stages }: ChangeGroup): HTMLElement {
  const [first] = stages;
  const others = stages.length > 1 ? ` and ${stages.length - 1} more` : '';
  const names = stages.map(({ name, outputs }) => [name, ...outputs].join('; '));
  return element(
    'div',
    {},
    element(
      'details',
      {},
      element('summary', {}, element('code', {}, first?.name ?? ''), `${others} ${change}`),
      listOf(names, MOST.stages),
    ),
    listOf(reasons, MOST.reasons),
  );
}

function listOf(texts: readonly string[], most: number): HTMLElement {
  const item = (text: string) => element('li', {}, text);
  return element('ul', {}, ...shortened(texts.map(item), most, item));
}

/** The first of some elements, and how many are left. */
function shortened(all: readonly HTMLElement[], most: number, tell: (left: string) => HTMLElement): HTMLElement[] {
  return all.length <= most ? [...all] : [...all.slice(0, most), tell(`and ${all.length - most} more`)];
}
