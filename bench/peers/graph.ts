import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { formatTable } from '../../cli/format.ts';
import { median } from '../median.ts';
import { type GraphPeer, graphPeers } from './graph-peers.ts';
import { type GraphShape, gridShape, pipelineShape } from './graph-shape.ts';

/**
 * Measures what building a graph costs beside ninja, make, snakemake and DVC: when there is nothing to do, when one leaf has
 * changed, and from nothing. The stages themselves do next to nothing. Everything is on the disk of the folder for
 * temporary files.
 */

const REPETITIONS = 3;

const folder = mkdtempSync(join(tmpdir(), 'bench-peers-'));

/** What one run of a tool took. */
interface Time {
  /** By the clock. */
  readonly seconds: number;
  /** Of processors, by all processes. */
  readonly cpuSeconds: number;
}

/** A tool that is told of a graph, in a folder of its own. */
interface Built {
  readonly peer: GraphPeer;
  readonly shape: GraphShape;
  readonly place: string;
  readonly coldStages: number;
  readonly cold: Time;
  readonly noOps: Time[];
  readonly changes: Time[];
}

async function timed(peer: GraphPeer, cwd: string): Promise<Time> {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" > output.log 2>&1';
  const env = { XDG_CACHE_HOME: join(folder, 'cache') };
  const { stderr, failed } = await execa('bash', ['-c', script, 'bash', ...peer.command], { cwd, env, reject: false });
  if (failed) throw new Error(`${peer.name} failed:\n${readFileSync(join(cwd, 'output.log'), 'utf8')}`);
  const [seconds, user, system] = stderr.split(' ').map(Number);
  return { seconds, cpuSeconds: user + system };
}

/** Runs the first stages from nothing, and leaves all of them up to date. */
async function build(peer: GraphPeer, whole: GraphShape, name: string): Promise<Built> {
  const shape = whole.slice(0, peer.most);
  const coldShape = shape.slice(0, peer.mostCold);
  let place = newPlace(peer, coldShape, `${name}-cold`);
  const cold = await timed(peer, place);
  if (coldShape.length < shape.length) {
    place = newPlace(peer, shape, name);
    // As if it had run them.
    for (const i of shape.keys()) writeFileSync(join(place, `out/${i}`), '0\n');
  }
  return { peer, shape, place, coldStages: coldShape.length, cold, noOps: [], changes: [] };
}

function newPlace(peer: GraphPeer, shape: GraphShape, name: string): string {
  const place = join(folder, `${name}-${peer.name}`);
  mkdirSync(place);
  peer.describe(place, shape);
  return place;
}

/** Changes the term of the last stage and runs; holds that it was taken in. */
async function changeLeaf({ peer, shape, place }: Built, term: number): Promise<Time> {
  const before = peer.lastOutput(place, shape);
  peer.change(place, term);
  const time = await timed(peer, place);
  if (peer.lastOutput(place, shape) === before) throw new Error(`${peer.name} did not run the leaf, in ${place}`);
  return time;
}

async function compare(name: string, shape: GraphShape): Promise<string[][]> {
  const built: Built[] = [];
  for (const peer of graphPeers) if (peer.installed) built.push(await build(peer, shape, name));
  for (let k = 1; k <= REPETITIONS; k++) {
    for (const tool of built) {
      // A run that is not measured: a tool may remember the files that are no longer new.
      await timed(tool.peer, tool.place);
      tool.noOps.push(await timed(tool.peer, tool.place));
      tool.changes.push(await changeLeaf(tool, k));
    }
  }
  return built.map(({ peer, shape: { length }, noOps, changes, cold, coldStages }) => [
    name,
    `${peer.name}${length < shape.length ? `, ${length} stages` : ''}`,
    ...[noOps, changes].map((times) => inWords(times, 1, 2)),
    inWords([cold], 1000 / coldStages, 1),
    coldStages < length ? `${coldStages}` : '',
  ]);
}

/** The medians of the clock's time and of the processors' time, in some unit. */
function inWords(times: readonly Time[], factor: number, digits: number): string {
  const [clock, cpu] = [times.map(({ seconds }) => seconds), times.map(({ cpuSeconds }) => cpuSeconds)];
  return [clock, cpu].map((values) => (factor * median(values)).toFixed(digits)).join(' / ');
}

try {
  const [grid, pipeline] = [gridShape(), await pipelineShape()];
  const head = ['graph', 'clock / processors', 'no-op, s', 'one leaf changed, s', 'cold, ms a stage', 'cold stages'];
  const rows = [
    ...(await compare(`grid of ${grid.length}`, grid)),
    ...(await compare(`pipeline of ${pipeline.length}`, pipeline)),
  ];
  for (const line of formatTable([head, ...rows])) console.log(line);
  const missing = graphPeers.filter(({ installed }) => !installed).map(({ name }) => name);
  if (missing.length > 0) {
    console.log(
      `skipped: ${missing.join(', ')}. bench/peers/install.sh installs all but make, which comes with the system`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
