import type { Divergence } from '../engine/divergence.ts';
import { describeDistance } from './describe-distance.ts';

/** What diverged, by how much, where both sides are, and what to do. */
export function describeDivergence(stage: string, divergence: Divergence): string {
  const { output, witness, distance, paths } = divergence;
  const apart = distance === undefined ? '' : `; ${describeDistance(distance)}`;
  return [
    `the same recipe gives another output \`${output}\` than the ${witness} has${apart}`,
    `  before: ${divergence.before} ${paths.before ?? '(not in the store)'}`,
    `  now:    ${divergence.now} ${paths.now ?? '(not in the store)'}`,
    '  Nothing was published or locked. Params, code and inputs are the same, so the stage depends on something else: mend that, or',
    `  \`run ${stage} --force --accept ${stage}\` takes what it gives now`,
  ].join('\n');
}

/** What an accepted result has replaced. */
export function describeReplacement({ output, before, now, witness, distance }: Divergence): string {
  const apart = distance === undefined ? '' : `; ${describeDistance(distance)}`;
  return `its output \`${output}\` is ${now} from now on; the ${witness} had ${before}${apart}`;
}
