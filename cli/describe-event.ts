import { type Event, STATUSES, type Summary } from '../engine/events.ts';
import { describeDivergence, describeReplacement } from './describe-divergence.ts';
import { describeReasons } from './describe-reason.ts';
import { formatSeconds } from './format.ts';

/** An event in one line; undefined for those that are only counted. */
export function describeEvent(event: Event): string | undefined {
  switch (event.event) {
    case 'waiting':
      return `waiting for another run in this checkout: ${event.owner}`;
    case 'started':
      return `${event.stages} stages, ${event.workers} workers`;
    case 'speedup':
      return event.passed
        ? `workers compute with ${event.name}: the self-test gives the known bits with ${event.flag}`
        : `workers compute without ${event.name}: the self-test fails with ${event.flag}`;
    case 'stage-fresh':
    case 'stage-known':
    case 'stage-progress':
    case 'summary':
      return undefined;
    case 'stage-started':
      return `run ${event.stage}: ${describeReasons(event.reasons)}`;
    case 'stage-ran':
      return `ran ${event.stage} in ${formatSeconds(event.seconds)}`;
    case 'stage-restored':
      return `restored ${event.stage}, saved ${formatSeconds(event.savedSeconds)}: ${describeReasons(event.reasons)}`;
    case 'stage-fetched':
      return `fetched ${event.stage}: ${describeReasons(event.reasons)}`;
    case 'remote-problem':
      return `${event.remote}: ${event.problem}`;
    case 'stage-failed':
      return `FAILED ${event.stage}: ${event.message}${event.log === undefined ? '' : `\n  log: ${event.log}`}`;
    case 'stage-diverged':
      return `DIVERGED ${event.stage}: ${describeDivergence(event.stage, event.divergence)}`;
    case 'stage-accepted':
      return `accepted ${event.stage}: ${describeReplacement(event.divergence)}`;
    case 'stage-skipped':
      return `skipped ${event.stage}: ${event.because}`;
    case 'stage-stays':
      return `${event.stage} runs on this machine: it has effects, or uses packages that are installed here`;
    case 'batch-submitted':
      return `handed ${event.stages} stages to Slurm as ${event.elements} elements of ${event.batch}`;
    case 'batch-adopted':
      return `takes over ${event.stages} stages that are in Slurm as ${event.batch}`;
    case 'batch-doubtful':
      return `sbatch failed: ${event.problem}\n  Slurm is asked for ${event.seconds} s whether it has ${event.batch} all the same`;
    case 'batch-lost':
      return `Slurm has lost ${event.stages} stages of ${event.batch} (last: ${event.states.join(', ')}): they are handed over again`;
    case 'in-slurm':
      return `in Slurm: ${describeStates(event.states)}`;
    case 'slurm-silent':
      return `Slurm does not answer, and is asked again: ${event.problem}`;
    case 'detached':
      return `${event.stages} stages go on in Slurm: the same command takes their results, and cancel ends them`;
    case 'set-aside':
      return `damaged: ${event.what}, set aside as ${event.path}`;
    case 'ledger-damaged':
      return `damaged: line ${event.lines.join(', ')} of the ledger: what it said is forgotten; the whole is set aside as ${event.path}`;
  }
}

/** How many elements are in which state, e.g. `38 pending, 2 running`. */
export function describeStates(states: Readonly<Record<string, number>>): string {
  const counts = Object.entries(states).map(([state, count]) => `${count} ${state.toLowerCase()}`);
  return counts.sort().join(', ') || 'nothing waits or runs';
}

/** How a run ended, in one line. */
export function describeSummary(summary: Summary): string {
  const counts = STATUSES.filter((status) => status === 'ran' || summary[status].length > 0).map(
    (status) => `${summary[status].length} ${status}`,
  );
  const saved = summary.savedSeconds >= 1 ? `, restoring saved ${formatSeconds(summary.savedSeconds)}` : '';
  const ending = summary.interrupted ? 'interrupted: ' : '';
  return `${ending}${counts.join(', ')} in ${formatSeconds(summary.seconds)}${saved}`;
}
