import { expect } from 'vitest';
import { type Project, test } from '../support/project.ts';

/** What people and git see of a project. */
function published(project: Project): string[] {
  return ['figures/figure.txt', 'artifacts/lock.json', 'artifacts/publish/figure.txt'].map((file) =>
    project.read(file),
  );
}

/** Has `publish` make something of its own, each time. */
async function destabilized(project: Project): Promise<string[]> {
  project.edit('stages/text.ts', 'decode:', 'numbers: (bytes) => bytes,\n  decode:');
  await project.all();
  project.spoil('publish', 'another text each time');
  return published(project);
}

test.concurrent('a stage that is not deterministic is found by its second run, which publishes and locks nothing', async ({
  project,
}) => {
  const before = await destabilized(project);
  const forced = await project.run('run', 'publish', '--force', '--json');
  expect(forced).toMatchObject({ exitCode: 1, ran: ['publish'], summary: { failed: ['publish'], ran: [] } });
  const event = forced.events.find((found) => found.event === 'stage-diverged');
  expect(event).toMatchObject({ stage: 'publish', divergence: { output: 'figure', witness: 'lock' } });
  expect(published(project)).toEqual(before);
  const { paths, distance } = event?.event === 'stage-diverged' ? event.divergence : {};
  expect(project.read(paths?.before?.slice(project.root.length) ?? '')).toBe(before[0]);
  expect(project.read(paths?.now?.slice(project.root.length) ?? '')).toMatch(/\(up to t\)\n\d+$/);
  expect(distance?.counts[0]).toBe(before[0]?.length);
  expect(distance?.counts[1]).toBeGreaterThan(before[0]?.length ?? 0);

  const plain = await project.run('run', 'publish', '--force');
  expect(plain.stdout).toMatch(
    /DIVERGED publish: the same recipe gives another output `figure` than the lock has; \d+ numbers/,
  );
  // What counts is what was seen first: nothing has changed.
  expect(await project.all()).toMatchObject({ exitCode: 0, ran: [] });
  expect(published(project)).toEqual(before);
  const [, advised = ''] = /^ {2}`(.*)` takes what it gives now$/m.exec(plain.stdout) ?? [];
  const accepted = await project.run(...advised.split(' '));
  expect(accepted).toMatchObject({ exitCode: 0, ran: ['publish'] });
  expect(accepted.stdout).toContain('accepted publish');
});

test.concurrent('what was seen is not forgotten: not by invalidation, nor by a lost lock, nor by gc', async ({
  project,
}) => {
  const before = await destabilized(project);
  await project.run('invalidate', 'publish');
  for (const wipe of [() => {}, () => project.delete('artifacts/lock.json')]) {
    wipe();
    expect(await project.all()).toMatchObject({ exitCode: 1, summary: { failed: ['publish'] } });
    expect(project.read('figures/figure.txt')).toBe(before[0]);
  }
  project.mend('publish');
  expect(await project.all()).toMatchObject({ exitCode: 0, ran: ['publish'] });
  expect(published(project)).toEqual(before);
  project.spoil('publish', 'another text each time');
  await project.run('invalidate', 'publish');
  await project.run('gc');
  expect(await project.all()).toMatchObject({ exitCode: 1, summary: { failed: ['publish'] } });
});

test.concurrent('without a store, the lock is the witness', async ({ project }) => {
  const before = await destabilized(project);
  project.delete('artifacts/store');
  const outcome = await project.all();
  expect(outcome).toMatchObject({ exitCode: 1, summary: { failed: ['publish'] } });
  expect(outcome.events.find(({ event }) => event === 'stage-diverged')).toMatchObject({
    divergence: { witness: 'lock' },
  });
  expect(published(project).slice(0, 2)).toEqual(before.slice(0, 2));
  // Also for a run that publishes nothing.
  expect(await project.all('--out=elsewhere')).toMatchObject({ exitCode: 1, summary: { failed: ['publish'] } });
});

test.concurrent('what comes after a stage that diverged is skipped', async ({ project }) => {
  await project.all();
  project.spoil('transform/a', 'another text each time');
  const outcome = await project.run('all', '--json', '--force', '--keep-going', '--jobs=1');
  expect(outcome.summary).toMatchObject({
    failed: ['transform/a'],
    skipped: ['collect', 'publish'],
    ran: ['source', 'transform/b', 'transform/c'],
  });
});

test.concurrent('a divergence that is accepted replaces what was seen, and says what it replaced', async ({
  project,
}) => {
  const before = await destabilized(project);
  const refused = await project.run('all', '--accept', 'pubish');
  expect(refused).toMatchObject({ exitCode: 2, ran: [] });
  expect(refused.stderr).toContain("did you mean 'publish'?");
  const accepted = await project.run('run', 'publish', '--force', '--accept', 'publish', '--json');
  expect(accepted).toMatchObject({ exitCode: 0, summary: { ran: ['publish'], failed: [] } });
  expect(accepted.events.find(({ event }) => event === 'stage-accepted')).toMatchObject({
    stage: 'publish',
    divergence: { output: 'figure', witness: 'lock' },
  });
  const after = published(project);
  for (const [i, text] of after.entries()) expect(text).not.toBe(before[i]);
  expect(await project.run('check')).toMatchObject({ exitCode: 0 });
  expect(await project.all()).toMatchObject({ exitCode: 0, ran: [] });
  expect(published(project)).toEqual(after);

  // The committed files from before: what the store has is no longer what the lock says, and nothing is undone in silence.
  project.write('artifacts/lock.json', before[1] ?? '');
  project.write('figures/figure.txt', before[0] ?? '');
  const contradiction = await project.all();
  expect(contradiction).toMatchObject({ exitCode: 1, ran: [], summary: { failed: ['publish'] } });
  expect(published(project).slice(0, 2)).toEqual(before.slice(0, 2));
  const again = await project.all('--accept', 'publish');
  expect(again).toMatchObject({ exitCode: 0, ran: [] });
  expect(published(project)).toEqual(after);
});
