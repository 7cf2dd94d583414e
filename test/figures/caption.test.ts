import { expect, test } from 'vitest';
import { captionMarkdown, captionOf } from '../../stages/figure/caption.ts';
import { fontsOf } from '../../stages/figure/font.ts';
import { DRAWING } from './drawing.ts';

const { regular, bold } = fontsOf(DRAWING);

test('a font knows the widths of its characters', () => {
  // Advance widths of DejaVu Sans in units of 1/2048 em: i 569, W 2025, ⟨ 799.
  expect(regular.widthOf('iW⟨', 2048)).toBe(569 + 2025 + 799);
  expect(regular.widthOf('iW', 11)).toBeCloseTo((11 * (569 + 2025)) / 2048, 12);
  expect(bold.widthOf('i', 12)).toBeGreaterThan(regular.widthOf('i', 12));
});

test('a caption has its number and title, the setting, and what is stated and what is not', () => {
  const params = { figure: 'Figure 2', setting: 'n = 30', stated: 'the curves', reconstructed: 'the sizes' };
  expect(captionOf(params, 'Dynamics', 'Lines are means.')).toEqual({
    title: 'Figure 2. Dynamics',
    text: 'Lines are means. Setting: n = 30. Stated by the paper: the curves. Our reconstruction: the sizes.',
  });
});

test('a caption as Markdown has its title in bold, and subscripts', () => {
  const caption = captionMarkdown({ title: 'Figure 1. Ratio', text: 'Of |⟨w, μ_-1⟩| at σ_ξ = 1.' });
  expect(caption).toBe('**Figure 1. Ratio.** Of \\|⟨w, μ<sub>−1</sub>⟩\\| at σ<sub>ξ</sub> = 1.\n');
});
