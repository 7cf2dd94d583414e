/**
 * The steps between which a kill must lose nothing that is recorded, in the order of a run. Tests kill the process at
 * each of them: PIPELINE_FAULT=<point>, or <point>:<n> for the nth time that it is reached.
 */
export const faultPoints = [
  'mutex:taken',
  'ledger:set-aside',
  'ledger:mended',
  'tmp:cleared',
  'bundle:written',
  'stage:done',
  'file:half-written',
  'file:written',
  'file:synced',
  'file:replaced',
  'object:written',
  'object:synced',
  'object:set-aside',
  'object:kept',
  'group:objects-kept',
  'ledger:half-appended',
  'ledger:appended',
  'ledger:synced',
  'stage:recorded',
  'artifact:in-place',
  'lock:written',
  'gc:forgotten',
  'gc:removed',
] as const;

/** The steps of a push, of which the same holds. */
export const pushPoints = ['remote:written', 'push:object', 'push:result'] as const;

/** The steps of a run on Slurm, of which the same holds. */
export const slurmFaultPoints = [
  'slurm:intended',
  'slurm:asked',
  'slurm:submitted',
  'slurm:looked',
  'slurm:found',
  'slurm:settled',
  'slurm:given-up',
] as const;

export type FaultPoint = (typeof faultPoints)[number] | (typeof pushPoints)[number] | (typeof slurmFaultPoints)[number];

const [name, nth = '1'] = process.env.PIPELINE_FAULT?.split(/:(?=\d+$)/) ?? [];
let left = Number(nth);

/** Marks a step. Where a test says so, the process is killed here, after it has done something by halves. */
export function reached(point: FaultPoint, doByHalves: () => void = () => {}): void {
  if (point !== name) return;
  left -= 1;
  if (left > 0) return;
  doByHalves();
  process.kill(process.pid, 'SIGKILL');
}
