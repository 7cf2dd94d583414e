import { expect } from 'vitest';
import { type Project, test } from '../support/project.ts';
import { damageAndMend, damages } from './damages.ts';
import { seeded } from './seeded.ts';

/** Inflicts every nth damage, one after the other, on one project. */
async function inflict(project: Project, first: number, step: number): Promise<void> {
  // What had only just been written is not remembered at once.
  while (!project.has('artifacts/store/file-digests.json')) await project.all();
  const choose = seeded(first + 1);
  const failures: string[] = [];
  for (let index = first; index < damages.length; index += step) {
    const damage = damages[index];
    if (damage === undefined) continue;
    while (!project.has('artifacts/store/file-digests.json')) await project.all();
    const { said, ...came } = await damageAndMend(project, damage, choose);
    if (!came.found || !came.mended) failures.push(`${damage.name}: ${JSON.stringify(came)} ${said}`);
  }
  expect(failures.join('\n\n')).toBe('');
}

test.concurrent('each damage is found and mended', ({ project }) => inflict(project, 0, 2));
test.concurrent('each damage is found and mended, second half', ({ project }) => inflict(project, 1, 2));
