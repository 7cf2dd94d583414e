import type { Stage } from '../../engine/graph.ts';
import type { LedgerResult } from '../../engine/ledger-entry.ts';

// What a Workflow Run RO-Crate says, as JSON-LD.

/** An entity of JSON-LD. */
export type Entity = { '@id': string; '@type': string | readonly string[] } & Readonly<Record<string, unknown>>;

const RUN_PROFILES = 'https://w3id.org/ro/wfrun';
const VERSION = '0.5';
/** The context of RO-Crate 1.1, and what it lacks. */
export const CONTEXT = [
  'https://w3id.org/ro/crate/1.1/context',
  { sha256: 'https://w3id.org/ro/terms/workflow-run#sha256' },
];
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

/** What a project says of itself. */
export interface Description {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license?: string | undefined;
  readonly author?: string | undefined;
}

/** A file of the crate: where it is there, and the output that it holds. */
export interface CrateFile {
  readonly path: string;
  readonly stage: Stage;
  readonly output: string;
}

/** When the first of the results was begun, and the last was done. */
function spanOf(made: ReadonlyMap<Stage, LedgerResult>): { startTime: string; endTime: string } {
  const results = [...made.values()];
  return {
    startTime: dateOf(Math.min(...results.map(startOf))),
    endTime: dateOf(Math.max(...results.map(({ finished }) => Date.parse(finished)))),
  };
}

function startOf({ finished, seconds = 0 }: LedgerResult): number {
  return Date.parse(finished) - 1000 * seconds;
}

/** A time as ISO 8601 has it, to the second. */
function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, '+00:00');
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
      ...(authors.length === 0 ? {} : { author: single(authors) }),
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

/** The entities of a crate of everything, at the level of processes. */
export function processCrate(
  about: Description,
  files: readonly CrateFile[],
  made: ReadonlyMap<Stage, LedgerResult>,
): Entity[] {
  const span = spanOf(made);
  const published = files.map((file) => fileEntity(file, made));
  return [
    ...frame(about, [PROCESS], files, span.endTime, { mentions: { '@id': '#run' } }),
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
      instrument: { '@id': '#pipeline' },
      actionStatus: COMPLETED,
      ...span,
      result: published.map(reference),
    },
    ...published,
  ];
}

/**
 * The entities of a crate of some stages, at the level of provenance.
 * @param workflow the file that says what is built from what.
 */
export function provenanceCrate(
  about: Description,
  workflow: string,
  stages: readonly Stage[],
  files: readonly CrateFile[],
  made: ReadonlyMap<Stage, LedgerResult>,
): Entity[] {
  const span = spanOf(made);
  const kinds = [...new Set(stages.map(({ kind }) => kind.name))];
  const ids = (name: string) => ({
    step: `#step/${encodeURI(name)}`,
    control: `#control/${encodeURI(name)}`,
    run: `#run/${encodeURI(name)}`,
  });
  const ofStage = (stage: Stage) =>
    files.filter((file) => file.stage === stage).map(({ path }) => ({ '@id': encodeURI(path) }));
  const consumed = new Set(stages.flatMap((stage) => [...stage.upstream]));
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
    const result = made.get(stage);
    const times = result === undefined ? {} : spanOf(new Map([[stage, result]]));
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
        description: `makes ${[...stage.files.keys()].join(', ')} by the recipe ${result?.recipe ?? ''}`,
        instrument: { '@id': `#kind/${stage.kind.name}` },
        actionStatus: COMPLETED,
        ...times,
        object: single([...[...stage.upstream].flatMap(ofStage), ...params.map(reference)]),
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
    ...frame(about, PROVENANCE, files, span.endTime, {
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
      ...span,
    },
    {
      '@id': '#run',
      '@type': 'CreateAction',
      name: `run of ${ends.map(({ name }) => name).join(', ')}`,
      description: `runs ${stages.length} stages`,
      instrument: { '@id': workflow },
      actionStatus: COMPLETED,
      ...span,
      object: single(stages.filter((stage) => stage.upstream.size === 0).flatMap(ofStage)),
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
