import { fileURLToPath } from 'node:url';
import type { Digest } from './digest.ts';
import { UsageError } from './errors.ts';
import { FolderRemote } from './folder-remote.ts';
import { HttpRemote, type Send } from './http-remote.ts';
import type { Remote } from './remote.ts';

const DEFAULT_SECONDS = 120;

/**
 * The shared store that a URL stands for: `file:`, `http:`, `https:` or `s3://<bucket>/<prefix>`.
 * @param signal ends all requests.
 * @throws {UsageError} if there is no such kind of store.
 */
export async function openRemote(text: string, signal: AbortSignal): Promise<Remote> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const seconds = Number(process.env.PIPELINE_REMOTE_SECONDS ?? DEFAULT_SECONDS);
  if (!(seconds > 0)) throw new UsageError('PIPELINE_REMOTE_SECONDS must be a number above 0');
  switch (url?.protocol) {
    case 'file:':
      if (url.host !== '') break;
      return new FolderRemote(fileURLToPath(url));
    case 'http:':
    case 'https:':
      return new HttpRemote({ ...serverAt(url), signal, seconds });
    case 's3:': {
      const { s3Server } = await import('./s3-server.ts');
      return new HttpRemote({ ...s3Server(url), signal, seconds });
    }
  }
  throw new UsageError(`'${text}' is no shared store: it must begin with file:///, http://, https:// or s3://`);
}

/** A web server, with the credentials that its URL or PIPELINE_REMOTE_AUTHORIZATION has. */
function serverAt({ username, password, origin, pathname }: URL) {
  const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const authorization = process.env.PIPELINE_REMOTE_AUTHORIZATION ?? (username === '' ? undefined : `Basic ${basic}`);
  const headers = authorization === undefined ? {} : { headers: { authorization } };
  const send: Send = (to, init) => fetch(to, { ...init, ...headers });
  const url = `${origin}${pathname.replace(/\/+$/, '')}`;
  const list = async (shelf: string, textAt: (url: string) => Promise<string | undefined>) => {
    const listing = await textAt(`${url}/${shelf}/`);
    return listing === undefined ? undefined : namesIn(listing);
  };
  return { url, send, list };
}

/** The digests that a listing has, be it JSON, HTML or XML. */
function namesIn(listing: string): Set<Digest> {
  return new Set(listing.match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g));
}
