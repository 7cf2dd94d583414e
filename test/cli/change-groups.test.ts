import { expect, test } from 'vitest';
import { groupsOf } from '../../cli/change-groups.ts';
import type { StageChange } from '../../engine/lock-diff.ts';

test('stages that changed for the same reasons are told of once, whatever their outputs', () => {
  const step = { reason: 'param-changed', param: 'step', from: '0.1', to: '0.2' } as const;
  const changes: StageChange[] = [
    { stage: 'train/seed=1', change: 'changed', reasons: [step], outputs: [{ output: 'record' }] },
    { stage: 'train/seed=2', change: 'changed', reasons: [step], outputs: [] },
    { stage: 'test', change: 'changed', reasons: [{ reason: 'recipe-differs' }], outputs: [] },
    { stage: 'draw', change: 'added', reasons: [], outputs: [] },
  ];
  expect(groupsOf(changes)).toEqual([
    {
      change: 'changed',
      reasons: ['param `step` changed 0.1 -> 0.2'],
      stages: [
        { name: 'train/seed=1', outputs: ['output `record` changed'] },
        { name: 'train/seed=2', outputs: [] },
      ],
    },
    { change: 'changed', reasons: [expect.any(String)], stages: [{ name: 'test', outputs: [] }] },
    { change: 'was added', reasons: [], stages: [{ name: 'draw', outputs: [] }] },
  ]);
  expect(groupsOf([])).toEqual([]);
});
