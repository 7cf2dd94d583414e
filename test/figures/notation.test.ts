import { expect, test } from 'vitest';
import { markdownOf, piecesOf, svgTextOf } from '../../stages/figure/notation.ts';

const inWords = (text: string) =>
  piecesOf(text)
    .map(({ text, place }) => (place === 'line' ? text : `${place}(${text})`))
    .join('');

test.each([
  ['κ = nβ²/(α²σ_ξ²d)', 'κ = nβ²/(α²σbelow(ξ)²d)'],
  ['⟨w, μ_1⟩ − ⟨w, μ_-1⟩', '⟨w, μbelow(1)⟩ − ⟨w, μbelow(−1)⟩'],
  ['F_{+1} and F_{−1}', 'Fbelow(+1) and Fbelow(−1)'],
  ['step 0.04 α^(−4/3), ratio ∝ (n·SNR²)^p', 'step 0.04 αabove(−4/3), ratio ∝ (n·SNR²)above(p)'],
  ['x_t, σ_0 = 0.001, F_10', 'xbelow(t), σbelow(0) = 0.001, Fbelow(10)'],
  ['nothing_special? a _b and ^c', 'nothingbelow(s)pecial? a _b and ^c'],
  ['', ''],
])('%s', (text, pieces) => {
  expect(inWords(text)).toBe(pieces);
});

test('Markdown has signs of its own escaped, and HTML around scripts', () => {
  expect(markdownOf('|a*b| < σ_ξ & x^2')).toBe('\\|a\\*b\\| &lt; σ<sub>ξ</sub> &amp; x<sup>2</sup>');
});

test('SVG has scripts smaller, below and above, and comes back to the line', () => {
  expect(svgTextOf('a < σ_ξ² x^2', 10)).toBe(
    'a &lt; σ<tspan dy="2.2" font-size="7.2px">ξ</tspan><tspan dy="-2.2">² x</tspan><tspan dy="-3.6" font-size="7.2px">2</tspan>',
  );
  expect(svgTextOf('plain', 10)).toBe('plain');
});
