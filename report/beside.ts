import { bytesOf } from './base64.ts';
import { element } from './dom.ts';

/** What a page that is opened where it was made finds beside it. */
export interface Beside {
  /** The digest of the page that lies there. */
  readonly page: string;
  /** How long each stage took on the machine that it was made on. */
  readonly seconds: ReadonlyMap<string, number>;
}

const STYLES = 'here.css';
/** Whether to look for it, as the address says: a page that was sent to somebody looks for nothing. */
const LOOKS = new URLSearchParams(location.search).has('here');
const EVERY_MS = 1000;

/** What lies beside the page, if its address says that something does. */
export async function readBeside(): Promise<Beside | undefined> {
  const values = LOOKS ? await valuesBeside() : undefined;
  if (values === undefined) return undefined;
  const seconds: unknown = JSON.parse(new TextDecoder().decode(bytesOf(values.seconds)));
  const entries = Object.entries(seconds ?? {}).filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
  return { page: values.page, seconds: new Map(entries) };
}

/** Shows the page anew, where the reader is, as soon as another one lies in its place. */
export function followPage({ page }: Beside): void {
  const look = async () => {
    const found = await valuesBeside();
    if (found === undefined) return;
    if (found.page === page) setTimeout(() => void look(), EVERY_MS);
    else {
      history.replaceState(scrollY, '');
      location.reload();
    }
  };
  setTimeout(() => void look(), EVERY_MS);
}

/** Goes back to where the reader was before the page was shown anew. */
export function returnToPlace(): void {
  const place: unknown = history.state;
  if (typeof place === 'number') scrollTo(0, place);
}

/** The values of the style sheet beside the page; undefined if there is none. */
async function valuesBeside(): Promise<{ page: string; seconds: string } | undefined> {
  const link = element('link', { rel: 'stylesheet', href: `${STYLES}?${Date.now()}` });
  const holder = element('div', { id: 'here', hidden: '' });
  const isThere = new Promise<boolean>((resolve) => {
    link.addEventListener('load', () => resolve(true));
    link.addEventListener('error', () => resolve(false));
  });
  document.head.append(link);
  document.body.append(holder);
  const found = await isThere;
  const styles = getComputedStyle(holder);
  const [page = '', seconds = ''] = ['--page', '--seconds'].map((name) =>
    styles.getPropertyValue(name).trim().replaceAll('"', ''),
  );
  link.remove();
  holder.remove();
  return found ? { page, seconds } : undefined;
}
