/**
 * The digit that both models are given, as an address names it. What it does not name is as the page has it at first.
 */
export interface DigitAddress {
  /** The figure whose models they are. */
  readonly figure?: string;
  /** The number of a test image, from 1. */
  readonly image?: number;
  /** Grey levels from 0 to 1, each a whole number of fifteenths. */
  readonly drawn?: Float64Array;
  /** The seed of the noise. */
  readonly noise?: number;
  readonly time?: number;
}

const KEYS = { figure: 'figure', image: 'image', drawn: 'drawn', noise: 'noise', time: 'noise-t' } as const;
/** Those of a picture of MNIST. */
const PIXELS = 28 * 28;
/** Two pixels a byte. */
const LEVELS = 15;

/** Grey levels as an address can hold them. */
export function inLevels(greys: Float64Array): Float64Array {
  return greys.map((grey) => Math.round(LEVELS * grey) / LEVELS);
}

/** Whether an address names a digit. */
export function namesDigit(hash: string): boolean {
  const given = new URLSearchParams(hash.slice(1));
  return Object.values(KEYS).some((key) => given.has(key));
}

/** The part of an address that names a digit, such as `image=2&noise=3`. */
export function addressOf({ figure, image, drawn, noise, time }: DigitAddress): string {
  const named = { figure, image, drawn: drawn && packed(drawn), noise, [KEYS.time]: time };
  return Object.entries(named)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]))
    .join('&');
}

/**
 * What an address says of the digit.
 * @throws if it is damaged: a number that is none, or a drawing that is not whole.
 */
export function digitIn(hash: string): DigitAddress {
  const given = new URLSearchParams(hash.slice(1));
  const figure = given.get(KEYS.figure);
  const image = wholeNumberIn(given.get(KEYS.image));
  const noise = wholeNumberIn(given.get(KEYS.noise));
  const time = numberIn(given.get(KEYS.time));
  const drawn = given.get(KEYS.drawn);
  return {
    ...(figure === null ? {} : { figure }),
    ...(image === undefined ? {} : { image }),
    ...(noise === undefined ? {} : { noise }),
    ...(time === undefined ? {} : { time }),
    ...(drawn === null ? {} : { drawn: unpacked(drawn) }),
  };
}

function numberIn(text: string | null): number | undefined {
  if (text === null) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`no number: ${text}`);
  return value;
}

function wholeNumberIn(text: string | null): number | undefined {
  const value = numberIn(text);
  if (value !== undefined && !Number.isSafeInteger(value)) throw new Error(`no whole number: ${text}`);
  return value;
}

/** Grey levels as base64url, four bits each. */
function packed(greys: Float64Array): string {
  const levels = greys.map((grey) => Math.round(LEVELS * grey));
  const bytes = Array.from({ length: PIXELS / 2 }, (_, i) => 16 * (levels[2 * i] ?? 0) + (levels[2 * i + 1] ?? 0));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

function unpacked(text: string): Float64Array {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  if (bytes.length !== PIXELS / 2) throw new Error(`a drawing of ${bytes.length} bytes`);
  return Float64Array.from({ length: PIXELS }, (_, i) => {
    const byte = bytes.charCodeAt(i >> 1);
    return (i % 2 === 0 ? byte >> 4 : byte % 16) / LEVELS;
  });
}
