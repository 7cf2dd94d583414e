import type { ProvenStage } from '../engine/provenance.ts';
import { element } from './dom.ts';

/** A choice among what is published: the figures as the page has them, and then the rest. */
export function selectPublished(
  id: string,
  stages: readonly ProvenStage[],
  first: readonly HTMLOptionElement[] = [],
): HTMLSelectElement {
  const names = new Set(stages.filter(({ publish }) => Object.keys(publish).length > 0).map(({ name }) => name));
  const figures = [...document.querySelectorAll('#read figure')]
    .map((figure) => figure.id)
    .filter((name) => names.has(name));
  const options = [...new Set([...figures, ...names])].map((name) => element('option', { value: name }, name));
  return element('select', { id }, ...first, ...options);
}

/**
 * Chooses what the address of the page names after its tab, such as `#walk/figure-2`.
 * @returns whether that is another choice.
 */
export function chooseNamed(select: HTMLSelectElement): boolean {
  const [, name] = location.hash.split('/');
  const isOther = name !== select.value && [...select.options].some(({ value }) => value === name);
  if (isOther && name !== undefined) select.value = name;
  return isOther;
}
