import { expect, test } from 'vitest';
import { groupsOf } from '../../report/change-groups.ts';

test('stages that changed for the same reasons are told of once, whatever their outputs', () => {
  const lines = [
    'train/seed=1 changed',
    '  param `step` changed: 0.1 → 0.2',
    '  output `record` changed',
    'train/seed=2 changed',
    '  param `step` changed: 0.1 → 0.2',
    'test changed',
    '  code science/test.ts changed',
    'draw was added',
  ];
  expect(groupsOf(lines)).toEqual([
    {
      change: 'changed',
      reasons: ['param `step` changed: 0.1 → 0.2'],
      stages: [
        { name: 'train/seed=1', outputs: ['output `record` changed'] },
        { name: 'train/seed=2', outputs: [] },
      ],
    },
    { change: 'changed', reasons: ['code science/test.ts changed'], stages: [{ name: 'test', outputs: [] }] },
    { change: 'was added', reasons: [], stages: [{ name: 'draw', outputs: [] }] },
  ]);
  expect(groupsOf(['the locks are equal'])).toEqual([]);
});
