import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatTable } from '../cli/format.ts';
import { faultPoints } from '../engine/fault-points.ts';
import { damageAndMend, damages } from '../test/faults/damages.ts';
import { countCalls, killAndRecover, type Moment, type Scene, sceneOf, scenes } from '../test/faults/kills.ts';
import { seeded } from '../test/faults/seeded.ts';
import { Project } from '../test/support/project.ts';

/** Kills and damages a build in every way there is, and counts what it lost and what it did not find: nothing, or it fails. */

const LANES = 2;
const random = seeded(2026);

/** What came of one kill or damage. */
interface Trial {
  readonly what: string;
  readonly where: string;
  readonly recovered: boolean;
  /** Recorded stages that ran again, of a kill. */
  readonly lost: number;
  /** Of a damage. */
  readonly found: boolean;
}

type Try = (project: Project) => Promise<Trial>;

function tryKill(what: string, where: string, scene: Scene, moment: Moment): Try {
  return async (project) => {
    const { killed, lost, recovered } = await killAndRecover(project, scene, moment);
    return { what, where, recovered: killed && recovered, lost: lost.length, found: true };
  };
}

function killsAtPoints(): Try[] {
  return faultPoints.flatMap((point) => {
    const often = /^(stage|file:(written|synced|replaced)|object:kept|ledger:(half|app|syn)|artifact|bundle)/.test(
      point,
    );
    return [1, ...(often ? [2 + random(4)] : [])].map((nth) =>
      tryKill('kill at a step', `${point}:${nth}`, scenes[sceneOf(point)], { point, nth }),
    );
  });
}

function killsAtCalls(calls: number): Try[] {
  return Array.from({ length: 60 }, () => {
    // Not the last few: how many there are depends on what was remembered.
    const call = 1 + random(calls - 20);
    return tryKill('kill before a change of a file', `${call}`, scenes['first run'], { call });
  });
}

function killsAtEvents(): Try[] {
  const stages = ['source', 'transform/a', 'transform/b', 'transform/c', 'collect', 'publish'];
  const says = stages.flatMap((stage) => [`"stage-started","stage":"${stage}"`, `"stage-ran","stage":"${stage}"`]);
  // After the last event the process may end before it is killed.
  return says
    .slice(0, -1)
    .map((text) =>
      tryKill('kill of the group at an event', text, scenes['first run, parallel'], { says: `"event":${text}` }),
    );
}

function tryDamages(): Try[] {
  return [...damages, ...damages].map((damage) => async (project) => {
    await project.settle();
    const { found, mended } = await damageAndMend(project, damage, random);
    return { what: 'damage', where: damage.name, recovered: mended, lost: 0, found };
  });
}

/** Does all that is left to try, on a project of its own. */
async function lane(left: Try[]): Promise<Trial[]> {
  const project = new Project();
  const trials: Trial[] = [];
  await project.all();
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    const trial = await next(project);
    trials.push(trial);
    if (!trial.recovered) for (const folder of ['artifacts', 'figures']) project.delete(folder);
    if (!trial.recovered) await project.all();
  }
  await project.remove();
  return trials;
}

function rowOf(what: string, trials: readonly Trial[]): string[] {
  const of = trials.filter((trial) => trial.what === what);
  const count = (holds: (trial: Trial) => boolean) => `${of.filter(holds).length}`;
  const lost = of.reduce((sum, trial) => sum + trial.lost, 0);
  const isDamage = what === 'damage';
  return [
    what,
    `${of.length}`,
    isDamage ? count(({ found }) => found) : '',
    count(({ recovered }) => recovered),
    isDamage ? '' : `${lost}`,
  ];
}

test('no kill loses what was recorded, and every damage is found and mended', async () => {
  const counter = new Project();
  await counter.all();
  const calls = await countCalls(counter);
  await counter.remove();
  const left = [...killsAtPoints(), ...killsAtCalls(calls), ...killsAtEvents(), ...tryDamages()];
  const trials = (await Promise.all(Array.from({ length: LANES }, () => lane(left)))).flat();

  const kinds = [...new Set(trials.map(({ what }) => what))];
  const head = ['', 'tried', 'found', 'recovered', 'recorded stages lost'];
  const table = formatTable([head, ...kinds.map((what) => rowOf(what, trials))]);
  const failures = trials.filter(({ recovered, lost, found }) => !recovered || lost > 0 || !found);
  console.log([...table, ...failures.map((trial) => `FAILED ${JSON.stringify(trial)}`)].join('\n'));
  writeFileSync(join(import.meta.dirname, 'faults.json'), `${JSON.stringify({ calls, trials }, null, 2)}\n`);

  expect(failures).toEqual([]);
  expect(trials.filter(({ what }) => what === 'damage').length).toBeGreaterThanOrEqual(100);
  expect(trials.filter(({ what }) => what !== 'damage').length).toBeGreaterThanOrEqual(100);
});
