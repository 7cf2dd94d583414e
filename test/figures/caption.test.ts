import { expect, test } from 'vitest';
import { captionOf, wrap } from '../../stages/figure/caption.ts';
import { fontsOf } from '../../stages/figure/font.ts';
import { DRAWING } from './drawing.ts';

const { regular, bold } = fontsOf(DRAWING);

test('a font knows the widths of its characters', () => {
  // Advance widths of DejaVu Sans in units of 1/2048 em: i 569, W 2025, ⟨ 799.
  expect(regular.widthOf('iW⟨', 2048)).toBe(569 + 2025 + 799);
  expect(regular.widthOf('iW', 11)).toBeCloseTo((11 * (569 + 2025)) / 2048, 12);
  expect(bold.widthOf('i', 12)).toBeGreaterThan(regular.widthOf('i', 12));
});

test('wrapped lines are not wider than they may be, and lose no word', () => {
  const text = 'Lines are means and bands the range over 5 seeds, with n = 30, d = 1000 and m = 20 for all of them';
  const lines = wrap(text, 150, regular, 11);
  expect(lines.join(' ')).toBe(text);
  for (const line of lines) expect(regular.widthOf(line, 11)).toBeLessThanOrEqual(150);
  for (const line of lines) expect(line).not.toMatch(/^=|=$/);
});

test('a word that is too long stands on a line of its own', () => {
  expect(wrap('a incomprehensibilities b', 30, regular, 11)).toEqual(['a', 'incomprehensibilities', 'b']);
});

test('a caption has its number and title, the setting, and what is stated and what is not', () => {
  const params = { figure: 'Figure 2', setting: 'n = 30', stated: 'the curves', reconstructed: 'the sizes' };
  expect(captionOf(params, 'Dynamics', 'Lines are means.')).toEqual({
    title: 'Figure 2. Dynamics',
    text: 'Lines are means. Setting: n = 30. Stated by the paper: the curves. Our reconstruction: the sizes.',
  });
});
