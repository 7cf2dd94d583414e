import { expect, test } from 'vitest';
import { PriorityQueue } from '../../engine/priority-queue.ts';

/** A task that ends when it is told to. */
function task(name: string, started: string[]) {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = () => {
    started.push(name);
    return ended;
  };
  return { run, end: () => end() };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('of the tasks that wait the highest rank starts first, and no more at once than there are slots', async () => {
  const queue = new PriorityQueue(2);
  const started: string[] = [];
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((name) => task(name, started));
  const all = [queue.run(1, a.run), queue.run(3, b.run), queue.run(2, c.run), queue.run(2, d.run)];
  await turn();
  expect(started).toEqual(['b', 'c']);
  all.push(queue.run(9, e.run));
  await turn();
  expect(started).toEqual(['b', 'c']);
  c.end();
  await turn();
  expect(started).toEqual(['b', 'c', 'e']);
  for (const { end } of [a, b, d, e]) end();
  await Promise.all(all);
  expect(started).toEqual(['b', 'c', 'e', 'd', 'a']);
});

test('a task that fails frees its slot, and its error reaches who asked for it', async () => {
  const queue = new PriorityQueue(1);
  const failed = queue.run(1, () => Promise.reject(new Error('it fails')));
  const next = queue.run(0, () => 'done');
  await expect(failed).rejects.toThrow('it fails');
  expect(await next).toBe('done');
});
