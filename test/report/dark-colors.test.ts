import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exp, ln } from '../../science/special-functions.ts';
import { darkColors } from '../../stages/report/dark-colors.ts';
import { STYLE } from '../../stages/report/style.ts';
import { root } from './made-report.ts';

const figures = join(root, 'figures');
const svgs = readdirSync(figures)
  .filter((file) => file.endsWith('.svg'))
  .map((file) => readFileSync(join(figures, file), 'utf8'));
const [, card = ''] = /dark\) \{ :root \{[^}]*--card: (#\w+)/.exec(STYLE) ?? [];
/** The colour that each rule gives, by the attribute that it is for. */
const rules = new Map(
  [...darkColors(svgs).matchAll(/\[([^\]]+)\]\{\w+:rgb\(([\d,]+)\)\}/g)].map(([, painted = '', color = '']) => [
    painted,
    color.split(',').map(Number),
  ]),
);

/** Of WCAG. */
function luminanceOf(color: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : exp(2.4 * ln((share + 0.055) / 1.055));
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrastOf(color: readonly number[]): number {
  const ground = [1, 3, 5].map((at) => Number.parseInt(card.slice(at, at + 2), 16));
  return (luminanceOf(color) + 0.05) / (luminanceOf(ground) + 0.05);
}

it('every colour that figures have is another in the dark', () => {
  const painted = svgs.flatMap((svg) => [...svg.matchAll(/ ((?:fill|stroke)="(?!none|transparent|white|url)[^"]*")/g)]);
  expect(painted.length).toBeGreaterThan(1000);
  expect(painted.map(([, attribute]) => attribute).filter((attribute) => !rules.has(attribute ?? ''))).toEqual([]);
});

it('text and marks stand out from the ground in the dark, and lines of the grid stay behind them', () => {
  const lines = ['#BBBBBB', '#E8E8E8'];
  const faint = [...rules].filter(
    ([painted, color]) => !lines.some((line) => painted.includes(line)) && contrastOf(color) < 3,
  );
  expect(faint).toEqual([]);
  expect(contrastOf(rules.get('fill="#222222"') ?? [])).toBeGreaterThan(7);
  expect(contrastOf(rules.get('stroke="#E8E8E8"') ?? [])).toBeLessThan(2);
});
