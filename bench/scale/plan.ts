import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assess } from '../../engine/assess.ts';
import { openCheckout } from '../../engine/checkout.ts';
import { digestBytes } from '../../engine/digest.ts';
import type { Stage } from '../../engine/graph.ts';
import { GraphBuilder } from '../../engine/graph-builder.ts';
import { Ledger } from '../../engine/ledger.ts';
import { Place } from '../../engine/place.ts';
import { planOf } from '../../engine/plan.ts';
import type { Reason } from '../../engine/reasons.ts';
import type { Made } from '../../engine/recipe.ts';
import { type ObjectState, ObjectStore } from '../../engine/store.ts';
import { barePipeline } from '../../test/support/bare-pipeline.ts';
import { addStages } from '../large/graph.ts';

/** Plans a graph whose results are all recorded, as far as memory and processor are concerned: nothing is on a disk. */

class WholeStore extends ObjectStore {
  override stateOf(): ObjectState {
    return 'whole';
  }
}

class TidyPlace extends Place {
  override deviations(): Reason[] {
    return [];
  }
}

const checkout = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'bench-scale-'));
try {
  const { layout, fileDigests, codes } = openCheckout(barePipeline(checkout), '');
  const store = new WholeStore(layout, fileDigests, () => {});
  const place = new TidyPlace(layout.root, '', store, fileDigests);
  const ledger = new Ledger(join(folder, 'ledger.jsonl'));
  const known = { codes, store, place, ledger };

  const start = performance.now();
  const builder = new GraphBuilder();
  addStages(builder, { source: 0, leaf: 1 }, Number(process.argv[2]));
  const { graph } = builder;
  const built = performance.now();

  await codes.read(graph);
  const made = new Map<Stage, Made>();
  for (const stage of graph.values()) {
    const assessment = assess(known, stage, (upstream) => made.get(upstream), false);
    if (assessment?.state !== 'stale') throw new Error(`${stage.name} is not stale`);
    const finished = '2026-01-01T00:00:00.000Z';
    const result = {
      stage: stage.name,
      place: '',
      outputs: { sum: digestBytes(stage.name) },
      seconds: 1,
      finished,
      machine: '',
    };
    made.set(stage, ledger.record(assessment.recipe, result));
    ledger.takeUnwritten();
  }
  made.clear();

  const recorded = performance.now();
  const plan = planOf(known, graph, new Set());
  const planned = performance.now();
  for (const [stage, { state }] of plan) if (state !== 'fresh') throw new Error(`${stage.name} is ${state}`);
  console.log(
    JSON.stringify({
      stages: graph.size,
      buildSeconds: (built - start) / 1000,
      planSeconds: (planned - recorded) / 1000,
      bytes: 1024 * process.resourceUsage().maxRSS,
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
