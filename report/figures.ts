import type { Spec } from 'vega';
import { button, download, element } from './dom.ts';
import { type Embedded, unpacked } from './embedded.ts';

/** Loads what draws figures anew, once. */
let drawing: Promise<typeof import('./interactive.ts')> | undefined;
let specs: Promise<Readonly<Record<string, Spec>>> | undefined;

/** What can be done with a figure of Vega. */
const HOW = 'Point for values, drag to move, scroll to zoom; a name in a legend brings out its series.';
const ZOOM = Math.sqrt(2);

/** Gives every figure of the page a larger view, ways to the other tabs, and those of Vega one to work with. */
export function showFigures(embedded: Promise<Embedded>): void {
  const dialog = element('dialog', { 'aria-label': 'a figure, larger' });
  document.body.append(dialog);
  for (const figure of document.querySelectorAll<HTMLElement>('figure')) {
    const picture = figure.querySelector<HTMLElement>('.picture');
    if (picture === null) continue;
    const { id } = figure;
    const enlarge = () => showLarger(dialog, picture);
    const interactive = button('Interactive', () => {
      interactive.parentElement?.append(element('small', {}, HOW));
      interactive.remove();
      picture.tabIndex = -1;
      picture.focus();
      picture.classList.remove('opens');
      picture.removeEventListener('click', enlarge);
      void embedded.then(({ code }) => drawAnew(code, id, picture));
    });
    picture.classList.add('opens');
    picture.addEventListener('click', enlarge);
    const ofVega = [interactive, button('Data', () => void keepData(id))];
    picture.after(
      element(
        'div',
        { class: 'tools' },
        button('Larger', enlarge),
        ...(picture.querySelector('img') === null ? ofVega : []),
        element('a', { href: `#walk/${id}` }, 'how it was made'),
        element('a', { href: `#check/${id}` }, 'recompute it here'),
      ),
    );
  }
}

function showLarger(dialog: HTMLDialogElement, picture: HTMLElement): void {
  let zoom = 1;
  const large = element('div', { class: 'large', tabindex: '0' }, picture.cloneNode(true));
  const zoomBy = (factor: number) => {
    zoom = Math.max(1, zoom * factor);
    large.style.setProperty('--zoom', String(zoom));
  };
  const tools = [
    button('Close', () => dialog.close()),
    button('+', () => zoomBy(ZOOM), { 'aria-label': 'larger still' }),
    button('−', () => zoomBy(1 / ZOOM), { 'aria-label': 'less large' }),
  ];
  dialog.replaceChildren(element('div', { class: 'buttons' }, ...tools), large);
  dialog.showModal();
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
  // What is below stays where it is; Vega takes a pointer to be where it would be at its own size.
  picture.style.minHeight = `${picture.offsetHeight}px`;
  picture.replaceChildren();
  await (await drawing).draw(spec, picture);
  picture.dataset.interactive = 'true';
}
