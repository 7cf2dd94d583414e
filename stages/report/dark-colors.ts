/** How much white light a colour gets in the dark: the same share for all, so what was lighter stays so. */
const WHITE_LIGHT = 0.15;
/** What becomes of white and of black among greys. */
const GREYS = { white: 0.14, black: 0.98 } as const;

/** Rules by which SVGs in the page have other colours in the dark, and keep their bytes. */
export function darkColors(svgs: readonly string[]): string {
  const colors = svgs.flatMap((svg) =>
    [...svg.matchAll(/ (?:fill|stroke)="(#[^"]*|rgb[^"]*|white)"/g)].map(([, color]) => color),
  );
  return [...new Set(colors)]
    .sort()
    .flatMap((color = '') => ['fill', 'stroke'].map((part) => `[${part}="${color}"]{${part}:${darkColorOf(color)}}`))
    .join('\n');
}

/**
 * A colour as it is in the dark: greys are turned round, the ground is that of the page, and the others get lighter.
 */
function darkColorOf(color: string): string {
  if (color === 'white') return 'var(--card)';
  const parts = partsOf(color);
  const isGrey = parts.every((part) => part === parts[0]);
  const { white, black } = GREYS;
  // Light adds up as squares, nearly: so sRGB has it.
  const dark = (part: number) =>
    isGrey ? black - (black - white) * part : Math.sqrt(part * part + WHITE_LIGHT * (1 - part * part));
  return `rgb(${parts.map((part) => Math.round(255 * dark(part))).join(',')})`;
}

/** The red, green and blue of a colour, from 0 to 1. */
function partsOf(color: string): number[] {
  const parts = color.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
    : color.slice('rgb('.length).split(',').map(Number.parseFloat);
  return parts.map((part) => part / 255);
}
