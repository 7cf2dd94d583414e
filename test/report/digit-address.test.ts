import { expect, test } from 'vitest';
import { addressOf, digitIn, inLevels, namesDigit } from '../../report/digit-address.ts';

const drawn = inLevels(Float64Array.from({ length: 784 }, (_, i) => (i % 97) / 96));

test('an address gives back the digit that it was made of', () => {
  const digit = { figure: 'figure-a2-noisy-mnist-high', drawn, noise: 3, time: 0.5 };
  const address = addressOf(digit);
  expect(address).toMatch(/^[\w.&=-]+$/);
  expect(address.length).toBeLessThan(650);
  expect(digitIn(`#nsnr2=3&${address}`)).toEqual(digit);
  expect([addressOf({}), addressOf({ image: 2 })]).toEqual(['', 'image=2']);
  expect([namesDigit('#nsnr2=3&t=0.5'), namesDigit('#image=2')]).toEqual([false, true]);
});

test.each([
  'image=0',
  'image=1.5',
  'image=',
  'noise=x',
  'noise-t=-1',
  'noise=1e999',
  'drawn=',
  'drawn=****',
  `${addressOf({ drawn })}AAAA`,
])('a damaged address is refused: %.40s', (address) => {
  expect(() => digitIn(`#${address}`)).toThrow();
});
