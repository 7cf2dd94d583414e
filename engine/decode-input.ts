import { readFileSync } from 'node:fs';
import type { InputFile } from './executor.ts';
import type { Format } from './format.ts';
import type { Mapped } from './graph.ts';
import { type Group, isFormat, isMany, isStageError, type Many, StageError } from './kind.ts';
import type { JobMessage } from './worker-messages.ts';

type Files = JobMessage['inputs'][string];

/**
 * The values of an input: one, a group by name, or a list of either.
 * @throws {StageError} if a file does not hold what its format says; the message names the artifact.
 */
export function decodeInput(format: Format | Group | Many, files: Files | undefined): unknown {
  if (files === undefined) throw new Error('an input is missing');
  if (isMany(format)) return isList(files) ? files.map((element) => decodeElement(format.many, element)) : [];
  if (isList(files)) throw new Error('an input is a list');
  return decodeElement(format, files);
}

/** All files of an input, in order. */
export function filesOf(files: Files): InputFile[] {
  const elements: readonly Mapped<InputFile>[] = isList(files) ? files : [files];
  return elements.flatMap((element) => (isFile(element) ? [element] : Object.values(element)));
}

function decodeElement(format: Format | Group, files: Mapped<InputFile>): unknown {
  if (isFile(files)) {
    if (isFormat(format)) return decodeFile(format, files);
    throw new Error(`${files[1]} is wired where a group should be`);
  }
  if (isFormat(format)) throw new Error('a group is wired where one artifact should be');
  return Object.fromEntries(
    Object.entries(format).map(([name, member]) => {
      const file = files[name];
      if (file === undefined) throw new Error(`the member ${name} of a group is missing`);
      return [name, decodeFile(member, file)];
    }),
  );
}

function decodeFile(format: Format, [path, artifact]: InputFile): unknown {
  try {
    return format.decode(readFileSync(path));
  } catch (error) {
    if (!isStageError(error)) throw error;
    throw new StageError(`${artifact} is not what it should be: ${error.message}`, { cause: error });
  }
}

function isList(files: Files): files is Extract<Files, readonly Mapped<InputFile>[]> & readonly Mapped<InputFile>[] {
  return Array.isArray(files) && !(typeof files[0] === 'string');
}

function isFile(files: Mapped<InputFile>): files is InputFile {
  return Array.isArray(files);
}
