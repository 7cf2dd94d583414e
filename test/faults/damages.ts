import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { digestBytes } from '../../engine/digest.ts';
import type { Project } from '../support/project.ts';

/** Whole numbers below a bound, from which a damage chooses what it hits. */
export type Choose = (bound: number) => number;

/** The command that names a damage: exit code 1, or a stage that is not fresh. */
type Finder = 'verify' | 'check' | 'status';

interface Target {
  readonly finder: Finder;
  /** A path that is there in a project that is up to date. */
  choose(project: Project, choose: Choose): string;
  /** The blows that it takes. */
  readonly blows: readonly (keyof typeof blows)[];
}

/** Each leaves something else at the path than was there. */
const blows = {
  flip: (path: string, { choose }: Blow) => {
    const bytes = readFileSync(path);
    const at = choose(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << choose(8));
    replace(path, bytes);
  },
  truncate: (path: string, { choose }: Blow) => truncateSync(path, choose(readFileSync(path).length - 1)),
  delete: (path: string) => rmSync(path, { recursive: true }),
  folder: (path: string) => {
    rmSync(path);
    mkdirSync(path);
    writeFileSync(join(path, 'inside.txt'), 'of a folder where there should be none');
  },
  file: (path: string) => replace(path, 'a file where there should be a folder'),
  /** What is read through the link is right, and must be neither used nor written. */
  link: (path: string, { project }: Blow) => {
    renameSync(path, outsideOf(project));
    symlinkSync(outsideOf(project), path);
  },
  swap: (path: string, { project, choose }: Blow) => {
    const bytes = readFileSync(path);
    const others = objectsOf(project).filter((object) => !readFileSync(object).equals(bytes));
    const other = others[choose(others.length)] ?? '';
    replace(path, readFileSync(other));
    replace(other, bytes);
  },
} as const;

interface Blow {
  readonly project: Project;
  readonly choose: Choose;
}

function replace(path: string, contents: Uint8Array | string): void {
  rmSync(path, { recursive: true });
  writeFileSync(path, contents);
}

/** The paths of all files below a folder, in order, links not followed. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

/** Where a link leads to. */
function outsideOf({ root }: Project): string {
  return `${root}-outside`;
}

const store = (file: string) => (project: Project) => project.path(join('artifacts/store', file));
const oneOf = (folder: string) => (project: Project, choose: Choose) => {
  const isElsewhere = folder === 'artifacts' ? /\/artifacts\/(store\/|lock\.json$)/ : /^$/;
  const files = filesBelow(project.path(folder)).filter((path) => !isElsewhere.test(path));
  return files[choose(files.length)] ?? '';
};
const objectsOf = (project: Project) => filesBelow(project.path('artifacts/store/objects'));
const anObject = (project: Project, choose: Choose) => {
  const objects = objectsOf(project).filter((path) => readFileSync(path).length > 1);
  return objects[choose(objects.length)] ?? '';
};

const targets: Readonly<Record<string, Target>> = {
  object: { finder: 'verify', choose: anObject, blows: ['flip', 'truncate', 'delete', 'swap', 'folder', 'link'] },
  'folder of objects': {
    finder: 'verify',
    choose: (project, choose) => dirname(anObject(project, choose)),
    blows: ['delete', 'file', 'link'],
  },
  'folder of all objects': { finder: 'verify', choose: store('objects'), blows: ['delete', 'file', 'link'] },
  ledger: { finder: 'verify', choose: store('ledger.jsonl'), blows: ['flip', 'truncate', 'folder', 'link'] },
  'ledger, whole': { finder: 'status', choose: store('ledger.jsonl'), blows: ['delete'] },
  'file-digests.json': {
    finder: 'verify',
    choose: store('file-digests.json'),
    blows: ['flip', 'truncate', 'folder', 'link'],
  },
  'bundles.json': { finder: 'verify', choose: store('bundles.json'), blows: ['flip', 'truncate', 'folder', 'link'] },
  mutex: { finder: 'verify', choose: store('mutex'), blows: ['folder', 'link'] },
  bundle: { finder: 'verify', choose: oneOf('artifacts/store/bundles'), blows: ['flip', 'truncate', 'folder', 'link'] },
  artifact: { finder: 'status', choose: oneOf('artifacts'), blows: ['flip', 'truncate', 'delete', 'folder', 'link'] },
  'folder of an artifact': {
    finder: 'status',
    choose: (project, choose) => dirname(oneOf('artifacts')(project, choose)),
    blows: ['delete', 'file', 'link'],
  },
  figure: { finder: 'check', choose: oneOf('figures'), blows: ['flip', 'truncate', 'delete', 'folder', 'link'] },
  'folder of figures': {
    finder: 'check',
    choose: (project) => project.path('figures'),
    blows: ['delete', 'file', 'link'],
  },
  'lock.json': {
    finder: 'check',
    choose: (project) => project.path('artifacts/lock.json'),
    blows: ['flip', 'truncate', 'delete', 'folder', 'link'],
  },
};

/** One way to damage what a build has left, such as `flip object`. */
export interface Damage {
  readonly name: string;
  readonly finder: Finder;
  /** @returns the path of what it damaged. */
  inflict(project: Project, choose: Choose): string;
}

/** All blows to all targets; those to objects also with all copies gone, so that stages must run again. */
export const damages: readonly Damage[] = Object.entries(targets).flatMap(
  ([target, { finder, choose, blows: taken }]) =>
    taken.flatMap((blow): Damage[] => {
      const inflict: Damage['inflict'] = (project, random) => {
        const path = choose(project, random);
        blows[blow](path, { project, choose: random });
        return path;
      };
      const damage = { name: `${blow} ${target}`, finder, inflict };
      if (target !== 'object') return [damage];
      const withoutCopies: Damage['inflict'] = (project, random) => {
        const folders = ['source', 'transform', 'collect', 'publish'].map((stage) => join('artifacts', stage));
        for (const folder of [...folders, 'figures']) project.delete(folder);
        return inflict(project, random);
      };
      return [damage, { ...damage, name: `${damage.name} without copies`, inflict: withoutCopies }];
    }),
);

/** What came of a damage. */
export interface Mending {
  /** Whether a command that only looks has told of it. */
  readonly found: boolean;
  /** Whether the next run has left everything as it was before the damage, and nothing outside of the project otherwise. */
  readonly mended: boolean;
  /** All that was said, for people. */
  readonly said: string;
}

/** Damages a project that is up to date, looks for the damage, and brings everything up to date. */
export async function damageAndMend(project: Project, damage: Damage, choose: Choose): Promise<Mending> {
  const before = resultsOf(project);
  const path = damage.inflict(project, choose);
  const outside = contentsOf(outsideOf(project));
  const looked = await project.run(damage.finder, '--json');
  // A damaged lock is not overwritten: that it goes is for people to decide.
  const refused = path.endsWith('lock.json') ? await project.run('all') : undefined;
  if (refused?.exitCode === 1) rmSync(path, { recursive: true });
  const run = await project.run('all', '--json', '--jobs=1');
  const said = [`damaged ${path}`, looked.stdout, looked.stderr, run.stdout, run.stderr].join('\n');
  const inOneLine = !/^ +at \S+/m.test(said);
  const found = damage.finder === 'status' ? /"(stale|known)"/.test(looked.stdout) : looked.exitCode === 1;
  const untouched = contentsOf(outsideOf(project)) === outside;
  rmSync(outsideOf(project), { recursive: true, force: true });
  const mended = run.exitCode === 0 && untouched && resultsOf(project) === before && objectsAreWhole(project);
  return { found: found && inOneLine, mended, said };
}

/** All that the build has made for people, as a text. */
function resultsOf(project: Project): string {
  const artifacts = readdirSync(project.path('artifacts')).filter((name) => name !== 'store');
  return [...artifacts.map((name) => join('artifacts', name)), 'figures']
    .map((name) => contentsOf(project.path(name)))
    .join('\n');
}

/** A folder, file or link with all that is in it, as a text; empty if there is nothing. */
function contentsOf(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return '';
  if (stats.isFile()) return `${path}: ${readFileSync(path, 'latin1')}`;
  if (!stats.isDirectory()) return `${path} is special`;
  return [path, ...readdirSync(path).map((name) => contentsOf(join(path, name)))].join('\n');
}

function objectsAreWhole(project: Project): boolean {
  return objectsOf(project).every((path) => {
    const name = path.split('/').slice(-2).join('');
    return lstatSync(path).isFile() && digestBytes(readFileSync(path)) === name;
  });
}
