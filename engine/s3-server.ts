import { AwsClient } from 'aws4fetch';
import * as v from 'valibot';
import { awsSettings } from './aws-settings.ts';
import { digestSchema } from './digest.ts';
import { UsageError, UserError } from './errors.ts';
import type { Send, Server } from './http-remote.ts';

/** A listing of more pages is taken for endless; a page has a thousand names. */
const MOST_PAGES = 10_000;
/** So is one of which more pages, one after the other, have no new name. */
const MOST_IDLE = 20;

/**
 * The server of `s3://<bucket>/<prefix>`, with the endpoint, region and credentials that the AWS tools would take.
 * Without credentials, requests are not signed, and a public bucket can be read.
 * @throws {UsageError} if there is no bucket, or what the AWS tools would take is unusable.
 */
export function s3Server(bucket: string, path: string): Pick<Server, 'url' | 'send' | 'list'> {
  if (bucket === '') throw new UsageError('the URL of a shared store in S3 must name a bucket: s3://<bucket>/<prefix>');
  const { endpoint, region, credentials } = awsSettings();
  const prefix = path.replace(/^\/+|\/+$/g, '');
  const root = `${endpoint.replace(/\/+$/, '')}/${bucket}`;
  // Whoever sends tries again by itself.
  const client = credentials && new AwsClient({ ...credentials, region, service: 's3', retries: 0 });
  const send: Send = (url, init) => client?.fetch(url, init) ?? fetch(url, init);
  const list: Server['list'] = async (shelf, textAt) => {
    const folder = prefix === '' ? `${shelf}/` : `${prefix}/${shelf}/`;
    const names = new Set<string>();
    let idle = 0;
    let token: string | undefined = '';
    for (let pages = 0; token !== undefined; pages++) {
      if (idle > MOST_IDLE || pages >= MOST_PAGES) throw new UserError(`the listing of ${root} has no end`);
      const query = new URLSearchParams({ 'list-type': '2', prefix: folder });
      if (token !== '') query.set('continuation-token', token);
      const page = await textAt(`${root}?${query}`);
      if (page === undefined) return undefined;
      if (!page.includes('<ListBucketResult')) throw new UserError(`what ${root} answers is no listing`);
      const before = names.size;
      for (const key of elements(page, 'Key')) if (key.startsWith(folder)) names.add(key.slice(folder.length));
      idle = names.size > before ? 0 : idle + 1;
      token = elements(page, 'NextContinuationToken')[0];
      const isTruncated = elements(page, 'IsTruncated')[0] === 'true';
      if (isTruncated && !token) throw new UserError(`the listing of ${root} breaks off`);
    }
    return new Set([...names].filter((name) => v.is(digestSchema, name)));
  };
  return { url: prefix === '' ? root : `${root}/${prefix}`, send, list };
}

/** The texts of the elements of a name. Keys and tokens have no markup within. */
function elements(xml: string, name: string): string[] {
  const found = [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))];
  return found.map(([, text = '']) => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
}
