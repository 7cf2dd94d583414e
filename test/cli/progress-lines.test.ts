import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { progressLines } from '../../cli/progress-lines.ts';

const running = Array.from({ length: 30 }, (_, i) => ({
  stage: `train-diffusion/noisy-mnist-high/seed=${i}`,
  seconds: i,
  progress:
    i % 2 === 0
      ? undefined
      : {
          event: 'stage-progress' as const,
          ...{ stage: '', done: i, total: 40, unit: 'iterations', note: 'loss − constant -0.00180429' },
        },
}));
const about = '12 s, at most 1 min 06 s left  3 ran, 3000 restored, 2400 fresh, 1 failed (saved 12 min 00 s)';

const linesAt = (columns: number, rows: number, count: number) => {
  const lines = progressLines(
    { done: 5404, stages: 5778, about, notes: [], running: running.slice(0, count) },
    { columns, rows },
  );
  return lines.map(stripVTControlCharacters);
};

it.each([40, 80, 200])('no line is wider than a terminal of %i columns', (columns) => {
  for (const line of linesAt(columns, 24, 30)) expect(line.length).toBeLessThanOrEqual(columns);
});

it('shows how far each stage is, and cuts what has no room', () => {
  expect(linesAt(80, 24, 2)).toEqual([
    '██████████████████░░ 5404/5778  12 s, at most 1 min 06 s left  3 ran, 3000 rest…',
    '         train-diffusion/noisy-mnist-high/seed=0  0 ms',
    '░░░░░░░░ train-diffusion/noisy-mnist-high/seed=1  1/40 iterations, loss − const…',
  ]);
  expect(linesAt(200, 24, 2)[2]).toContain('loss − constant -0.00180429, at most 39 s left');
});

it.each([4, 10, 24])('leaves two of %i rows, and counts the stages that are not shown', (rows) => {
  const lines = linesAt(80, rows, 30);
  expect(lines.length).toBe(rows - 2);
  expect(lines.at(-1)).toBe(`and ${30 - (rows - 4)} more`);
});
