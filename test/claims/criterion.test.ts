import { expect, test } from 'vitest';
import { atLeast, atMost, between, verdictOf } from '../../stages/claims/criterion.ts';

test.each([
  [[0.95, 1.05], between(0.9, 1.1), 'holds'],
  [[0.9, 1.1], between(0.9, 1.1), 'holds'],
  [[0.85, 1.05], between(0.9, 1.1), 'in part'],
  [[0.95, 1.15], between(0.9, 1.1), 'in part'],
  [[0.5, 1.5], between(0.9, 1.1), 'in part'],
  [[0.1, 0.2], between(0.9, 1.1), 'does not hold'],
  [[1.2, 1.3], between(0.9, 1.1), 'does not hold'],
  [[3, 4], atLeast(3), 'holds'],
  [[2, 4], atLeast(3), 'in part'],
  [[1, 2.9], atLeast(3), 'does not hold'],
  [[-5, 3], atMost(3), 'holds'],
  [[2, 4], atMost(3), 'in part'],
  [[3.1, 4], atMost(3), 'does not hold'],
] as const)('an interval of %j against %j %s', (interval, criterion, verdict) => {
  expect(verdictOf(interval, criterion)).toBe(verdict);
});

test('the text of a criterion says its numbers', () => {
  expect([between(2, 4), atLeast(0.75), atMost(3)].map(({ text }) => text)).toEqual([
    'between 2 and 4',
    'at least 0.75',
    'at most 3',
  ]);
});
