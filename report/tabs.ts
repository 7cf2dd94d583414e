import { byId } from './dom.ts';

/** Where the reader was in a tab. */
interface Place {
  /** The address that led there. */
  readonly hash: string;
  readonly scroll: number;
}

/**
 * The tabs of the page: one is shown, each is prepared when it is first opened, and the history of the browser knows
 * which was open.
 */
export class Tabs {
  readonly #names: readonly string[];
  readonly #pending: Map<string, () => Promise<void>>;
  readonly #ownerOf: (hash: string) => string;
  readonly #left = new Map<string, Place>();
  #shown = 'read';
  #hash = location.hash;

  /**
   * @param prepare fills each tab.
   * @param ownerOf The tab of an address that names none.
   */
  constructor(prepare: Readonly<Record<string, () => Promise<void>>>, ownerOf: (hash: string) => string) {
    this.#names = Object.keys(prepare);
    this.#pending = new Map(Object.entries(prepare));
    this.#ownerOf = ownerOf;
    for (const name of this.#names) {
      const label = byId(`tab-${name}`);
      label.addEventListener('click', () => this.#choose(name));
      label.addEventListener('keydown', ({ key }) => this.#move(name, key));
    }
    addEventListener('popstate', () => void this.openAddressed());
    // The browser knows the scroll of an address, which is that of another tab by now; of a page that is loaded again
    // it is right.
    history.scrollRestoration = 'manual';
    addEventListener('pagehide', () => {
      history.scrollRestoration = 'auto';
    });
  }

  /** Opens the tab that the address of the page names: '#walk/figure-2' names Walk. */
  async openAddressed(): Promise<void> {
    const { hash } = location;
    const [named = ''] = hash.slice(1).split('/');
    await this.#open(this.#names.includes(named) ? named : this.#ownerOf(hash));
  }

  #choose(name: string): void {
    if (name === this.#shown) return;
    history.pushState(null, '', `#${name}`);
    void this.#open(name);
  }

  #move(from: string, key: string): void {
    const [at, count] = [this.#names.indexOf(from), this.#names.length];
    const to = { ArrowRight: (at + 1) % count, ArrowLeft: (at + count - 1) % count, Home: 0, End: count - 1 }[key];
    const name = this.#names[to ?? count];
    if (name === undefined) return;
    this.#choose(name);
    byId(`tab-${name}`).focus();
  }

  async #open(name: string): Promise<void> {
    const [left, scroll] = [this.#shown, scrollY];
    if (name !== left) this.#left.set(left, { hash: this.#hash, scroll });
    this.#shown = name;
    this.#hash = location.hash;
    for (const each of this.#names) {
      const isShown = each === name;
      byId(each).hidden = !isShown;
      byId(`tab-${each}`).setAttribute('aria-selected', String(isShown));
      byId(`tab-${each}`).tabIndex = isShown ? 0 : -1;
    }
    const prepare = this.#pending.get(name);
    this.#pending.delete(name);
    await prepare?.();
    if (this.#shown !== name) return;
    if (name !== left) this.#scroll(this.#left.get(name), scroll);
    byId(name).dispatchEvent(new Event('shown'));
  }

  /**
   * Goes to where the reader was, or to what the address names; else a tab begins below its label, and the head of the
   * page stays where it is seen.
   */
  #scroll(place: Place | undefined, scroll: number): void {
    const named = this.#names.includes(this.#hash.slice(1)) ? null : document.getElementById(this.#hash.slice(1));
    if (named !== null && this.#hash !== place?.hash) named.scrollIntoView();
    else scrollTo(0, place?.scroll ?? Math.min(scroll, document.querySelector('header')?.offsetHeight ?? 0));
  }
}
