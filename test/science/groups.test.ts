import { expect, it } from 'vitest';
import { groupsOf } from '../../science/groups.ts';

it('keeps the order of keys and of items', () => {
  expect(groupsOf([5, 2, 3, 4, 7], (x) => x % 2)).toEqual([
    [5, 3, 7],
    [2, 4],
  ]);
});
