import { expect, test } from 'vitest';
import { AwaitedElement } from '../../engine/slurm/awaited-elements.ts';

const PATIENCE = 1000;

/** Whether an element is over, when Slurm has said these states of it, one after the other, half a second apart. */
function isOver(...answers: readonly (readonly string[])[]): boolean {
  const awaited = new AwaitedElement();
  answers.forEach((states, i) => {
    const sightings = states.map((state) => ({ batch: 'a', job: '1', element: 0, state }));
    awaited.note(sightings, 500 * i);
  });
  return awaited.isOver(500 * (answers.length - 1), PATIENCE);
}

test('an end that lasts is one, and so is an absence', () => {
  for (const end of ['BOOT_FAIL', 'CANCELLED', 'COMPLETED', 'DEADLINE', 'FAILED', 'OUT_OF_MEMORY', 'TIMEOUT']) {
    expect(isOver(['RUNNING'], [end], [end], [end]), end).toBe(true);
    expect(isOver(['RUNNING'], [end], [end]), end).toBe(false);
  }
  expect(isOver([], [], [])).toBe(true);
  expect(isOver(['COMPLETED'], [], [])).toBe(true);
});

test('what may come back is no end, nor is a state that nobody knows', () => {
  const states = ['PENDING', 'RUNNING', 'NODE_FAIL', 'PREEMPTED', 'REQUEUED', 'SUSPENDED', 'CONFIGURING', 'TOMORROW'];
  for (const state of states) expect(isOver(...Array.from({ length: 9 }, () => [state])), state).toBe(false);
});

test('who comes back is awaited as if it had never gone', () => {
  expect(isOver([], [], ['PENDING'], [], [])).toBe(false);
  expect(isOver([], [], ['PENDING'], [], [], [])).toBe(true);
});

test('of two jobs with one name, the one that lives counts', () => {
  expect(isOver(...Array.from({ length: 9 }, () => ['FAILED', 'RUNNING']))).toBe(false);
});
