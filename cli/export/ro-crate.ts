import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { type Checkout, openCheckout } from '../../engine/checkout.ts';
import { UsageError, UserError } from '../../engine/errors.ts';
import { linkOrCopy, statsAt } from '../../engine/files.ts';
import { type Graph, type Stage, upstreamOf, withUpstream } from '../../engine/graph.ts';
import type { LedgerResult } from '../../engine/ledger.ts';
import { type Pipeline, rootOf } from '../../engine/pipeline.ts';
import type { ChoiceOptions } from '../choice.ts';
import { configurationOf } from '../configuration.ts';
import { print } from '../print.ts';
import { stagesNamed } from '../targets.ts';

/** An entity of JSON-LD. */
type Entity = { '@id': string; '@type': string | readonly string[] } & Readonly<Record<string, unknown>>;

const RUN_PROFILES = 'https://w3id.org/ro/wfrun';
const VERSION = '0.5';
/** What the context of RO-Crate 1.1 lacks. */
const TERMS = { sha256: 'https://w3id.org/ro/terms/workflow-run#sha256' };
const WORKFLOW_CRATE = 'https://w3id.org/workflowhub/workflow-ro-crate/1.0';

const COMPLETED = 'http://schema.org/CompletedActionStatus';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  csv: 'text/csv',
  json: 'application/json',
  md: 'text/markdown',
  html: 'text/html',
};

const descriptionSchema = v.object({
  name: v.string(),
  version: v.optional(v.string(), '0'),
  description: v.string(),
  license: v.optional(v.string()),
  author: v.optional(v.string()),
  homepage: v.optional(v.string()),
});

type Description = v.InferOutput<typeof descriptionSchema>;

/** A file of the crate: where it is there, and the output that it holds. */
interface CrateFile {
  readonly path: string;
  readonly stage: Stage;
  readonly output: string;
}

/**
 * Writes a Workflow Run RO-Crate: of everything, at the level of processes, with what is published; of targets, at the level of
 * provenance, with every stage that they are built from and all that it made.
 * @throws {UserError} if not all of it is made.
 */
export async function exportRoCrate(
  pipeline: Pipeline,
  folder: string,
  targets: readonly string[],
  options: ChoiceOptions,
): Promise<number> {
  if (existsSync(folder)) throw new UsageError(`${folder} exists: name a new folder`);
  const { graph: whole, placeFolder } = await configurationOf(pipeline, options);
  const isWhole = targets.length === 0;
  const graph = isWhole ? whole : withUpstream(whole, stagesNamed(whole, targets));
  const checkout = openCheckout(pipeline, placeFolder);
  const made = resultsOf(checkout, graph, placeFolder);
  const files = [...graph.values()].flatMap((stage) => filesOf(stage, isWhole));
  const description = descriptionOf(rootOf(pipeline));
  const entities = isWhole
    ? processCrate(description, files, made)
    : provenanceCrate(description, basename(new URL(pipeline.module).pathname), graph, files, made);
  for (const { path, stage, output } of files) {
    const object = checkout.store.pathOf(made.get(stage)?.outputs[output] ?? '');
    if (statsAt(object) === undefined)
      throw new UserError(`${stage.name}#${output} is not in the store: run ${stage.name}`);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    linkOrCopy(object, join(folder, path));
  }
  if (!isWhole) cpSync(new URL(pipeline.module).pathname, join(folder, basename(new URL(pipeline.module).pathname)));
  const crate = { '@context': ['https://w3id.org/ro/crate/1.1/context', TERMS], '@graph': entities };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'ro-crate-metadata.json'), `${JSON.stringify(crate, null, 2)}\n`);
  print(`${folder}: ${files.length} files of ${graph.size} stages`);
  return 0;
}

function resultsOf({ ledger }: Checkout, graph: Graph, placeFolder: string): Map<Stage, LedgerResult> {
  return new Map(
    [...graph.values()].map((stage) => {
      const result = ledger.lastResult(stage.name, placeFolder);
      if (result === undefined) throw new UserError(`${stage.name} is not made yet: run it, then export`);
      return [stage, result];
    }),
  );
}

function descriptionOf(root: string): Description {
  const path = join(root, 'package.json');
  const parsed = v.safeParse(descriptionSchema, JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.output;
  throw new UserError(`${path} says too little for a crate: ${v.summarize(parsed.issues)}`);
}

function filesOf(stage: Stage, publishedOnly: boolean): CrateFile[] {
  if (publishedOnly) return [...stage.publish].map(([output, path]) => ({ path, stage, output }));
  return [...stage.files].map(([output, file]) => ({ path: `${stage.name}/${file}`, stage, output }));
}

/** When the results were made, in order. */
function datesOf(made: ReadonlyMap<Stage, LedgerResult>): string[] {
  return [...made.values()].map(({ finished }) => dateOf(Date.parse(finished))).sort();
}

/** A time as ISO 8601 has it, to the second. */
function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, '+00:00');
}

/** Who ran it, where the project says who. */
function agentOf(about: Description): { agent?: { '@id': string } } {
  const [author] = authorOf(about);
  return author === undefined ? {} : { agent: reference(author) };
}

/** JSON-LD has a list of one as the one. */
function single<Value>(values: readonly Value[]): Value | readonly Value[] {
  const [first] = values;
  return values.length === 1 && first !== undefined ? first : values;
}

/** Who made it, where the project says who. */
function authorOf({ author }: Description): Entity[] {
  return author === undefined ? [] : [{ '@id': '#author', '@type': 'Organization', name: author }];
}

/** What every crate has: its descriptor, its root, its licence and its profiles. */
function frame(
  about: Description,
  profiles: readonly Entity[],
  files: readonly CrateFile[],
  date: string,
  root: Readonly<Record<string, unknown>>,
): Entity[] {
  const { name, description, license } = about;
  const authors = authorOf(about).map(reference);
  const licence = `https://spdx.org/licenses/${license ?? 'NOASSERTION'}`;
  const conformsTo = [{ '@id': 'https://w3id.org/ro/crate/1.1' }];
  return [
    {
      '@id': 'ro-crate-metadata.json',
      '@type': 'CreativeWork',
      conformsTo: profiles.some((profile) => profile['@id'] === WORKFLOW_CRATE)
        ? [...conformsTo, { '@id': WORKFLOW_CRATE }]
        : conformsTo[0],
      about: { '@id': './' },
    },
    {
      '@id': './',
      '@type': 'Dataset',
      name,
      description,
      datePublished: date,
      license: { '@id': licence },
      conformsTo: single(profiles.map(reference)),
      ...(authors.length === 0 ? {} : { author: single(authors), publisher: single(authors) }),
      hasPart: files.map(({ path }) => ({ '@id': encodeURI(path) })),
      ...root,
    },
    { '@id': licence, '@type': 'CreativeWork', name: license ?? 'no licence', identifier: licence },
    ...profiles,
    ...authorOf(about),
  ];
}

function profile(id: string, name: string, version: string): Entity {
  return { '@id': id, '@type': 'CreativeWork', name, version };
}

const PROCESS = profile(`${RUN_PROFILES}/process/${VERSION}`, 'Process Run Crate', VERSION);
const PROVENANCE = [
  PROCESS,
  profile(`${RUN_PROFILES}/workflow/${VERSION}`, 'Workflow Run Crate', VERSION),
  profile(`${RUN_PROFILES}/provenance/${VERSION}`, 'Provenance Run Crate', VERSION),
  profile(WORKFLOW_CRATE, 'Workflow RO-Crate', '1.0'),
];

function processCrate(
  about: Description,
  files: readonly CrateFile[],
  made: ReadonlyMap<Stage, LedgerResult>,
): Entity[] {
  const dates = datesOf(made);
  const [first = '', last = ''] = [dates[0], dates.at(-1)];
  const published = files.map((file) => fileEntity(file, made));
  return [
    ...frame(about, [PROCESS], files, last, { mentions: { '@id': '#run' } }),
    {
      '@id': '#pipeline',
      '@type': 'SoftwareApplication',
      name: about.name,
      softwareVersion: about.version,
    },
    {
      '@id': '#run',
      '@type': 'CreateAction',
      name: `all stages of ${about.name}`,
      description: `brings ${made.size} stages up to date and publishes what people look at`,
      ...agentOf(about),
      instrument: { '@id': '#pipeline' },
      actionStatus: COMPLETED,
      startTime: first,
      endTime: last,
      result: published.map(reference),
    },
    ...published,
  ];
}

function provenanceCrate(
  about: Description,
  workflow: string,
  graph: Graph,
  files: readonly CrateFile[],
  made: ReadonlyMap<Stage, LedgerResult>,
): Entity[] {
  const stages = [...graph.values()];
  const last = datesOf(made).at(-1) ?? '';
  const kinds = [...new Set(stages.map(({ kind }) => kind.name))];
  const ids = (name: string) => ({
    step: `#step/${encodeURI(name)}`,
    control: `#control/${encodeURI(name)}`,
    run: `#run/${encodeURI(name)}`,
  });
  const ofStage = (stage: Stage) =>
    files.filter((file) => file.stage === stage).map(({ path }) => ({ '@id': encodeURI(path) }));
  const consumed = new Set(stages.flatMap((stage) => [...upstreamOf(stage)]));
  const ends = stages.filter((stage) => !consumed.has(stage));
  const steps = stages.flatMap((stage, i): Entity[] => {
    const { step, control, run } = ids(stage.name);
    const params = Object.entries(stage.params).map(
      ([name, value]): Entity => ({
        '@id': `#param/${encodeURI(stage.name)}/${name}`,
        '@type': 'PropertyValue',
        name,
        value: JSON.stringify(value),
      }),
    );
    const { finished, seconds } = made.get(stage) ?? { finished: last, seconds: 0 };
    return [
      {
        '@id': step,
        '@type': 'HowToStep',
        name: stage.name,
        position: String(i),
        workExample: { '@id': `#kind/${stage.kind.name}` },
      },
      {
        '@id': control,
        '@type': 'ControlAction',
        name: `orchestrate ${stage.name}`,
        instrument: { '@id': step },
        object: { '@id': run },
      },
      {
        '@id': run,
        '@type': 'CreateAction',
        name: `run of ${stage.name}`,
        description: `makes ${[...stage.files.keys()].join(', ')} by the recipe ${made.get(stage)?.recipe ?? ''}`,
        ...agentOf(about),
        instrument: { '@id': `#kind/${stage.kind.name}` },
        actionStatus: COMPLETED,
        startTime: dateOf(Date.parse(finished) - 1000 * seconds),
        endTime: dateOf(Date.parse(finished)),
        object: single([...[...upstreamOf(stage)].flatMap(ofStage), ...params.map(reference)]),
        result: single(ofStage(stage)),
      },
      ...params,
    ];
  });
  const tools = kinds.map(
    (kind): Entity => ({
      '@id': `#kind/${kind}`,
      '@type': 'SoftwareApplication',
      name: kind,
      softwareVersion: about.version,
    }),
  );
  return [
    ...frame(about, PROVENANCE, files, last, {
      mainEntity: { '@id': workflow },
      hasPart: [{ '@id': workflow }, ...files.map(({ path }) => ({ '@id': encodeURI(path) }))],
      mentions: [{ '@id': '#run' }, ...stages.map(({ name }) => ({ '@id': ids(name).run }))],
    }),
    {
      '@id': workflow,
      '@type': ['File', 'SoftwareSourceCode', 'ComputationalWorkflow', 'HowTo'],
      name: about.name,
      encodingFormat: 'text/x-typescript',
      version: about.version,
      programmingLanguage: { '@id': '#typescript' },
      hasPart: tools.map(reference),
      step: stages.map(({ name }) => ({ '@id': ids(name).step })),
    },
    { '@id': '#typescript', '@type': 'ComputerLanguage', name: 'TypeScript', url: 'https://www.typescriptlang.org/' },
    {
      '@id': '#engine',
      '@type': 'SoftwareApplication',
      name: `the engine of ${about.name}`,
      softwareVersion: about.version,
    },
    ...tools,
    {
      '@id': '#orchestration',
      '@type': 'OrganizeAction',
      name: 'run of the engine',
      instrument: { '@id': '#engine' },
      object: stages.map(({ name }) => ({ '@id': ids(name).control })),
      result: { '@id': '#run' },
      endTime: last,
    },
    {
      '@id': '#run',
      '@type': 'CreateAction',
      name: `run of ${ends.map(({ name }) => name).join(', ')}`,
      description: `runs ${stages.length} stages`,
      ...agentOf(about),
      instrument: { '@id': workflow },
      actionStatus: COMPLETED,
      endTime: last,
      object: single(stages.filter((stage) => upstreamOf(stage).size === 0).flatMap(ofStage)),
      result: single(ends.flatMap(ofStage)),
    },
    ...steps,
    ...files.map((file) => fileEntity(file, made)),
  ];
}

function fileEntity({ path, stage, output }: CrateFile, made: ReadonlyMap<Stage, LedgerResult>): Entity {
  const extension = path.slice(path.lastIndexOf('.') + 1);
  return {
    '@id': encodeURI(path),
    '@type': 'File',
    name: path,
    description: `the ${output} of ${stage.name}`,
    encodingFormat: MEDIA_TYPES[extension] ?? 'application/octet-stream',
    sha256: made.get(stage)?.outputs[output] ?? '',
  };
}

function reference({ '@id': id }: Entity): { '@id': string } {
  return { '@id': id };
}
