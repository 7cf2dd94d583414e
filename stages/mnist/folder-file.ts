import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { StageError } from '../../engine/kind.ts';
import { errorCode, errorMessage } from './system-error.ts';

/**
 * The path of the file `name` in a folder, or else of `name`.gz.
 * @throws {StageError} if the folder cannot be read or has neither.
 */
export async function locateFile(folder: string, name: string): Promise<string> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw refusal(folder, error);
  });
  const found = [name, `${name}.gz`].find((candidate) => names.includes(candidate));
  if (found === undefined) throw new StageError(`the folder ${folder} has neither ${name} nor ${name}.gz`);
  return join(folder, found);
}

/**
 * Opens a file for reading.
 * @throws {StageError} if that is refused, or if the path is no file.
 */
export async function openFile(path: string): Promise<Readable> {
  const file = await open(path).catch((error: unknown) => {
    throw refusal(path, error);
  });
  const isFile = (await file.stat()).isFile();
  if (!isFile) {
    await file.close();
    throw new StageError(`${path} is not a file`);
  }
  return file.createReadStream();
}

function refusal(path: string, error: unknown): StageError {
  const code = errorCode(error);
  if (code === 'ENOENT') return new StageError(`${path} does not exist`);
  if (code === 'ENOTDIR') return new StageError(`${path} is not a folder`);
  if (code === 'EACCES' || code === 'EPERM') return new StageError(`there is no permission to read ${path}`);
  return new StageError(`${path} cannot be read: ${errorMessage(error)}`);
}
