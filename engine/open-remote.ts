import { fileURLToPath } from 'node:url';
import { withoutCredentials } from './credentials.ts';
import type { Digest } from './digest.ts';
import { UsageError } from './errors.ts';
import { FolderRemote } from './folder-remote.ts';
import { HttpRemote, type Send, type Server } from './http-remote.ts';
import type { Remote } from './remote.ts';

const DEFAULT_SECONDS = 60;
const MOST_SECONDS = 3600;
const S3_ELSEWHERE =
  's3://<bucket>/<prefix> names no server and no credentials: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and the like do';
/** The statuses by which servers say that they show no listings. */
const NO_LISTING = new Set([400, 403, 404, 405, 410]);

/**
 * The shared store that a URL stands for: `file:`, `http:`, `https:` or `s3://<bucket>/<prefix>`.
 * @param signal ends all requests.
 * @throws {UsageError} if the URL, or what the environment says of the store, is unusable.
 */
export async function openRemote(text: string, signal: AbortSignal): Promise<Remote> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const seconds = Number(process.env.PIPELINE_REMOTE_SECONDS || DEFAULT_SECONDS);
  if (!(seconds > 0 && seconds <= MOST_SECONDS))
    throw new UsageError(`PIPELINE_REMOTE_SECONDS must be a number above 0, and at most ${MOST_SECONDS}`);
  // The message does not have it, as what follows may be a signature.
  if (url?.search || url?.hash)
    throw new UsageError(
      'the URL of a shared store has no query and no fragment: write ? and # in a name as %3F and %23',
    );
  switch (url?.protocol) {
    case 'file:':
      if (url.host !== '') break;
      return new FolderRemote(folderAt(url));
    case 'http:':
    case 'https:':
      return new HttpRemote({ ...serverAt(url), signal, seconds });
    case 's3:': {
      if (url.username || url.password || url.port) throw new UsageError(S3_ELSEWHERE);
      const { s3Server } = await import('./s3-server.ts');
      return new HttpRemote({ ...s3Server(url.hostname, decodedPart(url.pathname)), signal, seconds });
    }
  }
  throw new UsageError(
    `'${withoutCredentials(text)}' is no shared store: it must begin with file:///, http://, https:// or s3://`,
  );
}

function folderAt(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw new UsageError(`${url} names no folder: it has an encoded slash, or a % that encodes nothing`);
  }
}

/**
 * A part of the URL of a shared store, without what encodes its letters.
 * @throws {UsageError} if it can't be read; the message does not have it, as it may be a password.
 */
function decodedPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UsageError('the URL of the shared store has a % that encodes nothing');
  }
}

/** A web server, with the credentials that its URL or PIPELINE_REMOTE_AUTHORIZATION has. */
function serverAt({ username, password, origin, pathname }: URL) {
  const basic = Buffer.from(`${decodedPart(username)}:${decodedPart(password)}`).toString('base64');
  const authorization =
    process.env.PIPELINE_REMOTE_AUTHORIZATION || (username || password ? `Basic ${basic}` : undefined);
  if (authorization !== undefined && /[^\x20-\x7e]/.test(authorization))
    throw new UsageError('PIPELINE_REMOTE_AUTHORIZATION has a letter that no header may have, such as a newline');
  const headers = authorization === undefined ? {} : { headers: { authorization } };
  const send: Send = (to, init) => fetch(to, { ...init, ...headers });
  const url = `${origin}${pathname.replace(/\/+$/, '')}`;
  const list: Server['list'] = async (shelf, textAt) => {
    const listing = await textAt(`${url}/${shelf}/`, NO_LISTING);
    return listing === undefined ? undefined : namesIn(listing);
  };
  return { url, send, list };
}

/** The digests that a listing names, be it JSON, HTML or XML. */
function namesIn(listing: string): Set<Digest> {
  return new Set(listing.match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g));
}
