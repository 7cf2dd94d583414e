import { expect } from 'vitest';
import { type Project, test } from '../support/project.ts';
import { sampleOf } from '../support/sample.ts';
import { damageAndMend, damages } from './damages.ts';
import { seeded } from './seeded.ts';

const sample = sampleOf(damages, 11);

/** Inflicts every nth damage, one after the other, on one project. */
async function inflict(project: Project, first: number, step: number): Promise<void> {
  const choose = seeded(first + 1);
  const failures: string[] = [];
  for (const damage of sample.filter((_, index) => index % step === first)) {
    await project.settle();
    const { found, mended, said } = await damageAndMend(project, damage, choose);
    if (found && mended) continue;
    failures.push(`${damage.name}: found ${found}, mended ${mended}\n${said}`);
    for (const folder of ['artifacts', 'figures']) project.delete(folder);
  }
  expect(failures.join('\n\n')).toBe('');
  expect((await project.run('verify')).exitCode).toBe(0);
}

test.concurrent('each damage of a sample is told of and mended', ({ project }) => inflict(project, 0, 2));
test.concurrent('each damage of another sample is told of and mended', ({ project }) => inflict(project, 1, 2));
