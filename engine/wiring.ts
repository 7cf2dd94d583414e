import { UsageError } from './errors.ts';
import type { Format } from './format.ts';
import { Artifact, artifactsOf, type Wire, type Wired } from './graph.ts';
import { type Group, isFormat, isMany, type Many } from './kind.ts';

/**
 * What is wired to an input, checked as far as a compiler that was overruled would have.
 * @throws {UsageError} if the input is not wired as its kind declares.
 */
export function wireTo(
  stage: string,
  input: string,
  format: Format | Group | Many,
  wired: Wired | readonly Wired[] | undefined,
): Wire {
  if (wired === undefined) throw new UsageError(`the input '${input}' of stage '${stage}' is not wired`);
  const many = isMany(format);
  if (isList(wired) !== many) {
    const taken = many ? 'a list' : 'one element, and no list';
    throw new UsageError(`the input '${input}' of stage '${stage}' is wired wrong: it takes ${taken}`);
  }
  const declared = many ? format.many : format;
  const members = isFormat(declared) ? undefined : Object.keys(declared);
  const elements = (isList(wired) ? wired : [wired]).map((element) => elementOf(stage, input, element, members));
  const wire = { input, many, elements };
  const names = artifactsOf(wire).map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw new UsageError(`the input '${input}' of stage '${stage}' is wired twice to the same artifact`);
  }
  return wire;
}

/** Whether an input that is wired to this would give the same wire. */
export function isWiredAs({ many, elements }: Wire, wired: Wired | readonly Wired[] | undefined): boolean {
  if (wired === undefined || isList(wired) !== many) return false;
  const given = isList(wired) ? wired : [wired];
  return given.length === elements.length && elements.every((element, index) => isSameElement(element, given[index]));
}

/** What is wired to one element of an input. @param members Of a group the names of its artifacts. */
function elementOf(stage: string, input: string, element: Wired, members: readonly string[] | undefined): Wired {
  if (members === undefined && element instanceof Artifact) return element;
  if (members !== undefined && !(element instanceof Artifact)) return membersOf(stage, input, element, members);
  const taken =
    members === undefined ? 'artifacts, and no groups' : `groups of ${members.join(' and ')}, and no artifact alone`;
  throw new UsageError(`the input '${input}' of stage '${stage}' is wired wrong: it takes ${taken}`);
}

/** The artifacts of a group that its input declares; others are left out. */
function membersOf(
  stage: string,
  input: string,
  group: Readonly<Record<string, Artifact>>,
  names: readonly string[],
): Readonly<Record<string, Artifact>> {
  return Object.fromEntries(
    names.map((name) => {
      const artifact = group[name];
      if (artifact === undefined)
        throw new UsageError(`'${name}' of the input '${input}' of stage '${stage}' is not wired`);
      return [name, artifact];
    }),
  );
}

function isSameElement(element: Wired, given: Wired | undefined): boolean {
  if (element instanceof Artifact || given === undefined || given instanceof Artifact) return element === given;
  return Object.entries(element).every(([name, artifact]) => artifact === given[name]);
}

function isList(wired: Wired | readonly Wired[]): wired is readonly Wired[] {
  return Array.isArray(wired);
}
