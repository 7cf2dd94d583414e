import type { Spec } from 'vega';
import { button, download, element } from './dom.ts';
import { type Embedded, unpacked } from './embedded.ts';

/** Loads what draws figures anew, once. */
let drawing: Promise<typeof import('./interactive.ts')> | undefined;
let specs: Promise<Readonly<Record<string, Spec>>> | undefined;

/** Gives every figure of the page a larger view, and those of Vega one to work with. */
export function showFigures({ code }: Embedded): void {
  const dialog = element('dialog', { 'aria-label': 'a figure, larger' });
  document.body.append(dialog);
  for (const figure of document.querySelectorAll<HTMLElement>('figure')) {
    const picture = figure.querySelector<HTMLElement>('.picture');
    if (picture === null) continue;
    const larger = button('Larger', () => {
      const copy = picture.cloneNode(true);
      dialog.replaceChildren(
        button('Close', () => dialog.close()),
        element('div', { class: 'large' }, copy),
      );
      dialog.showModal();
    });
    picture.after(larger);
    if (picture.querySelector('img') !== null) continue;
    const interactive = button('Interactive', () => {
      interactive.remove();
      void drawAnew(code, figure.id, picture);
    });
    const data = button('Data', () => void keepData(figure.id));
    larger.after(' ', interactive, ' ', data);
  }
}

/** Lets the reader keep the tables that a figure draws. */
async function keepData(name: string): Promise<void> {
  const spec = await specOf(name);
  const tables = (spec?.data ?? []).flatMap((table) =>
    'values' in table ? [[table.name, table.values] as const] : [],
  );
  download(`${name}.json`, `${JSON.stringify(Object.fromEntries(tables), null, 1)}\n`, 'application/json');
}

async function specOf(name: string): Promise<Spec | undefined> {
  specs ??= unpacked('specs').then((bytes) => JSON.parse(new TextDecoder().decode(bytes)));
  return (await specs)[name];
}

async function drawAnew({ modules, bundles }: Embedded['code'], name: string, picture: HTMLElement): Promise<void> {
  drawing ??= import(
    URL.createObjectURL(new Blob([bundles[modules['report/interactive.ts'] ?? ''] ?? ''], { type: 'text/javascript' }))
  );
  const spec = await specOf(name);
  if (spec === undefined) return;
  picture.replaceChildren();
  await (await drawing).draw(spec, picture);
  picture.dataset.interactive = 'true';
}
