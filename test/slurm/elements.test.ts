import { parse } from 'valibot';
import { expect, test } from 'vitest';
import type { Job } from '../../engine/executor.ts';
import { elementWorkSchema } from '../../engine/slurm/element-work.ts';
import { elementsOf } from '../../engine/slurm/elements-of.ts';

function jobs(seconds: readonly number[]): Job[] {
  return seconds.map((expectedSeconds, i) => {
    const nothing = {
      kind: 'k',
      bundle: '',
      params: {},
      inputs: {},
      outputs: [],
      options: {},
      root: '',
      pure: true,
      light: false,
    };
    return { ...nothing, stage: `${i}`, recipe: `${i}`, expectedSeconds };
  });
}

/** How long the elements take, one core each. */
function lengths(seconds: readonly number[], slots = 1, most = 40): number[] {
  const elements = elementsOf(jobs(seconds), slots, most);
  const places = elements.map((element) => element.map(({ stage }) => Number(stage)));
  expect(places.flat().sort((a, b) => a - b)).toEqual(seconds.map((_, i) => i));
  // Within each, the most urgent first.
  for (const element of places) expect(element).toEqual(element.toSorted((a, b) => a - b));
  return elements.map((element) => element.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, 0));
}

test('elements take about a minute or more, and are few', () => {
  expect(lengths(Array.from({ length: 2670 }, () => 1)).length).toBe(40);
  expect(lengths(Array.from({ length: 240 }, () => 1))).toEqual([60, 60, 60, 60]);
  expect(
    lengths(
      Array.from({ length: 240 }, () => 1),
      2,
    ),
  ).toEqual([120, 120]);
  expect(lengths(Array.from({ length: 50 }, () => 0.1)).length).toBe(1);
  expect(lengths([0, 0, 0])).toEqual([0]);
});

test('elements are of much the same length, and a long stage has one of its own', () => {
  expect(lengths([100, 100, 100], 1)).toEqual([100, 100, 100]);
  const mixed = lengths(
    Array.from({ length: 400 }, (_, i) => 1 + (i % 7)),
    1,
    10,
  );
  const mean = mixed.reduce((sum, length) => sum + length, 0) / mixed.length;
  for (const length of mixed) expect(Math.abs(length - mean)).toBeLessThanOrEqual(7);
});

test('each element begins with some of the most urgent', () => {
  const elements = elementsOf(jobs(Array.from({ length: 400 }, (_, i) => 1 + (i % 7))), 1, 10);
  const first = elements.map(([job]) => Number(job?.stage));
  expect(first.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('what an earlier version has handed over is read, which knew no light stages', () => {
  const [{ light: _, ...job }] = jobs([1]);
  const recipe = 'a'.repeat(64);
  const work = { jobs: [{ ...job, recipe }], program: '', slots: 1, workplace: { script: '', readable: [] } };
  expect(parse(elementWorkSchema, work).jobs).toMatchObject([{ recipe, light: false }]);
});
