import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Bracket, firstBracket, halved, middleOf } from '../../science/bracket.ts';
import { exp, ln } from '../../science/special-functions.ts';

const factor = fc.double({ min: 1.01, max: 20, noNaN: true });

it('halving keeps the place of the flip within, and halves the bracket in logarithms', () => {
  fc.assert(
    fc.property(factor, fc.boolean(), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (width, upwards, share) => {
      const start: Bracket = { holds: 1, fails: upwards ? width : 1 / width };
      const flip = exp(share * ln(start.fails));
      const holdsAt = (value: number) => (upwards ? value < flip : value > flip);
      let bracket = start;
      for (let round = 1; round <= 5; round++) {
        bracket = halved(bracket, holdsAt(middleOf(bracket)));
        expect([holdsAt(bracket.holds), holdsAt(bracket.fails)]).toEqual([true, false]);
        expect(Math.abs(ln(bracket.fails / bracket.holds))).toBeCloseTo(ln(width) / (1 << round), 10);
      }
    }),
  );
});

it('the first bracket is on the way to the nearest value at which it does not hold', () => {
  const at = (...holds: boolean[]) => firstBracket(holds.map((holds, i) => ({ at: 1 << i, holds })));
  expect(at(true, true, false, true, false)).toEqual({ holds: 2, fails: 4 });
  expect(at(true, true, true)).toBeUndefined();
  expect(at(false, true, false)).toBeUndefined();
  expect(at()).toBeUndefined();
});
