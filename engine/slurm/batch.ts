import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { filesOf } from '../decode-input.ts';
import { type Digest, digestList, digestSchema } from '../digest.ts';
import type { Job, JobResult } from '../executor.ts';
import { reached } from '../fault-points.ts';
import { readOptionalFile, statsAt, writeFileAtomically } from '../files.ts';
import { memoryText, recall } from '../memory-file.ts';
import { quoted } from '../shell.ts';
import { syncAll } from '../sync.ts';
import { type ElementWork, elementWorkSchema } from './element-work.ts';
import { readResult } from './result-folder.ts';

const intentSchema = v.strictObject({
  /** When, in ms. */
  created: v.number(),
  /** The recipes of each element. */
  elements: v.array(v.array(digestSchema)),
});

/** What a batch is made of. */
export interface BatchWork {
  readonly elements: readonly (readonly Job[])[];
  /** What starts Node on a node. */
  readonly node: string;
  readonly around: Omit<ElementWork, 'jobs'>;
}

const DIGITS = 12;
const GIVEN_UP = 'given-up.';

/**
 * Stages that are handed to Slurm together, as one job array (a single element: as a job by itself), and what came of
 * them: a folder, which the nodes see too. Once the folder has left its place, an element that starts finds nothing to
 * do.
 */
export class Batch {
  /** What Slurm calls the array. Numbers of jobs may be given again, so by this name alone it is found again. */
  readonly name: string;
  /** When it was intended, in ms. */
  readonly created: number;
  /** How many elements it has. */
  readonly size: number;
  readonly #folder: string;
  /** The element of each job that is not settled. */
  readonly #open = new Map<Digest, number>();

  private constructor(folder: string, { created, elements }: v.InferOutput<typeof intentSchema>) {
    this.#folder = folder;
    this.name = basename(folder);
    this.created = created;
    this.size = elements.length;
    const settled = new Set(readOptionalFile(join(folder, 'settled'))?.split('\n'));
    elements.forEach((recipes, element) => {
      for (const recipe of recipes) if (!settled.has(recipe)) this.#open.set(recipe, element);
    });
  }

  /**
   * Makes a batch, and waits until it is on the disk: a front end that is killed while it submits leaves something by
   * which the next one finds the jobs.
   * @param home The folder of the batches.
   */
  static async intend(home: string, { elements, node, around }: BatchWork): Promise<Batch> {
    const recipes = elements.map((jobs) => jobs.map(({ recipe }) => recipe));
    const attempt = randomBytes(DIGITS / 2).toString('hex');
    const name = `pipeline-${digestList(recipes.flat()).slice(0, DIGITS)}-${attempt}`;
    const folder = join(home, name);
    for (const part of ['elements', 'results', 'claims', 'printed']) mkdirSync(join(folder, part), { recursive: true });
    elements.forEach((jobs, element) => {
      writeFileSync(join(folder, 'elements', `${element}.json`), memoryText({ ...around, jobs }));
    });
    const line = [node, around.program, folder].map(quoted).join(' ');
    writeFileSync(join(folder, 'element.sh'), `#!/bin/sh\nexec ${line} "\${SLURM_ARRAY_TASK_ID:-0}"\n`);
    const intent = { created: Date.now(), elements: recipes };
    writeFileAtomically(join(folder, 'intent.json'), memoryText(intent));
    await syncAll([dirname(home), home, folder]);
    reached('slurm:intended');
    return new Batch(folder, intent);
  }

  /** The batches in a folder that something is left to wait for. Removes all others. */
  static all(home: string): Batch[] {
    if (statsAt(home)?.isDirectory() !== true) return [];
    return readdirSync(home).flatMap((name) => {
      const folder = join(home, name);
      const intent = name.startsWith(GIVEN_UP) ? undefined : recall(join(folder, 'intent.json'), intentSchema).value;
      const batch = intent && new Batch(folder, intent);
      if (batch !== undefined && batch.open.size > 0) return [batch];
      if (batch !== undefined) batch.giveUp();
      else rmSync(folder, { recursive: true, force: true });
      return [];
    });
  }

  /** The path of what each element runs. */
  get script(): string {
    return join(this.#folder, 'element.sh');
  }

  /** The pattern of Slurm for the files that elements print to: in an array, %a stands for the number of an element. */
  get output(): string {
    return join(this.#folder.replaceAll('%', '%%'), 'printed', this.size === 1 ? '0' : '%a');
  }

  /** What Slurm calls an element, in the job or array that it has given a number. */
  idOf(job: string, element: number): string {
    return this.size === 1 ? job : `${job}_${element}`;
  }

  /** The jobs that are not settled, with their elements. */
  get open(): ReadonlyMap<Digest, number> {
    return this.#open;
  }

  /** The jobs that are not settled and have a result. */
  finished(): Digest[] {
    return readdirSync(join(this.#folder, 'results')).filter((recipe) => this.#open.has(recipe));
  }

  /** How many elements were started. */
  started(): number {
    return readdirSync(join(this.#folder, 'claims')).filter((name) => /^\d+$/.test(name)).length;
  }

  /** How a job ended; undefined if what is there is damaged. */
  resultOf(recipe: Digest): JobResult | undefined {
    return readResult(join(this.#folder, 'results', recipe), recipe);
  }

  /** The paths of all that the jobs read that are not settled: bundles and objects. */
  reads(): string[] {
    return [...new Set(this.#open.values())].flatMap((element) => {
      const { value: work } = recall(join(this.#folder, 'elements', `${element}.json`), elementWorkSchema);
      if (work === undefined) return [];
      const { jobs, program, workplace } = work;
      const inputs = jobs.flatMap((job) =>
        Object.values(job.inputs)
          .flatMap(filesOf)
          .map(([path]) => path),
      );
      return [program, workplace.script, ...jobs.map(({ bundle }) => bundle), ...inputs];
    });
  }

  /** What an element has printed. */
  printed(element: number): Uint8Array {
    const path = join(this.#folder, 'printed', `${element}`);
    return statsAt(path)?.isFile() ? readFileSync(path) : new Uint8Array();
  }

  /** Takes an element away from the nodes: a job that would start it, also again, finds the claim of another. */
  close(element: number): void {
    const claim = join(this.#folder, 'claims', `${element}`);
    writeFileSync(`${claim}.closed`, '');
    renameSync(`${claim}.closed`, claim);
  }

  /** Is done with a job: its result is recorded, or nobody waits for it any more. The last one ends the batch. */
  settle(recipe: Digest): void {
    if (!this.#open.delete(recipe)) return;
    appendFileSync(join(this.#folder, 'settled'), `${recipe}\n`);
    reached('slurm:settled');
    if (this.#open.size === 0) this.giveUp();
    else rmSync(join(this.#folder, 'results', recipe), { recursive: true, force: true });
  }

  /** Ends the batch: takes it away from the nodes, whatever they are at, and removes it. */
  giveUp(): void {
    const aside = join(dirname(this.#folder), `${GIVEN_UP}${this.name}`);
    this.#open.clear();
    renameSync(this.#folder, aside);
    reached('slurm:given-up');
    rmSync(aside, { recursive: true, force: true });
  }
}
