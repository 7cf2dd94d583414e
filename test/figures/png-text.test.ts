import sharp from 'sharp';
import { expect, test } from 'vitest';
import { withDescription } from '../../stages/figure/png-text.ts';

test('a PNG carries a text in UTF-8, and shows what it did', async () => {
  const image = { width: 3, height: 2, channels: 3 as const, background: '#336699' };
  const png = await sharp({ create: image }).png().toBuffer();
  const text = 'Figure 1. |⟨w, μ⟩| at σ_ξ = 1';
  const described = withDescription(png, text);
  const { comments, density } = await sharp(described).metadata();
  expect(density).toBe(384);
  expect(comments).toEqual([expect.objectContaining({ keyword: 'Description', text })]);
  expect(await sharp(described).raw().toBuffer()).toEqual(await sharp(png).raw().toBuffer());
});
