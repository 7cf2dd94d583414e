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
 * Jobs that are handed to Slurm as one array, or as a job by itself if there is a single element, and what came of them: a
 * folder, which the nodes see too. Its intent is on the disk before it is submitted. Once the folder has left its place, an
 * element that starts finds nothing to do.
 */
export class Batch {
  /** Made of its recipes and the attempt: by it what was submitted is found again, whatever number Slurm has given it. */
  readonly name: string;
  readonly created: number;
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

  /** Writes down what is to be done, and that it is intended. It is on the disk then. */
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

  /** The batches that something is left to wait for. All others are removed. */
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

  get script(): string {
    return join(this.#folder, 'element.sh');
  }

  /** Where what the elements print goes, as Slurm reads it: in an array, %a stands for their numbers. */
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

  /** How many elements a node has started. */
  started(): number {
    return readdirSync(join(this.#folder, 'claims')).filter((name) => /^\d+$/.test(name)).length;
  }

  /** How a job ended; undefined if what is there is damaged. */
  resultOf(recipe: Digest): JobResult | undefined {
    return readResult(join(this.#folder, 'results', recipe), recipe);
  }

  /** The files that the jobs read which are not settled. */
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

  /** Takes an element away from the nodes: whichever job would start it, or start it again, finds that another does it. */
  close(element: number): void {
    const claim = join(this.#folder, 'claims', `${element}`);
    writeFileSync(`${claim}.closed`, '');
    renameSync(`${claim}.closed`, claim);
  }

  /** Is done with a job: its result is recorded elsewhere, or nobody waits for it any more. */
  settle(recipe: Digest): void {
    if (!this.#open.delete(recipe)) return;
    appendFileSync(join(this.#folder, 'settled'), `${recipe}\n`);
    reached('slurm:settled');
    if (this.#open.size === 0) this.giveUp();
    else rmSync(join(this.#folder, 'results', recipe), { recursive: true, force: true });
  }

  /** Takes everything away from the nodes. */
  giveUp(): void {
    const aside = join(dirname(this.#folder), `${GIVEN_UP}${this.name}`);
    this.#open.clear();
    renameSync(this.#folder, aside);
    reached('slurm:given-up');
    rmSync(aside, { recursive: true, force: true });
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
