import { AwsClient } from 'aws4fetch';
import * as v from 'valibot';
import { awsSettings } from './aws-settings.ts';
import { digestSchema } from './digest.ts';
import { UsageError, UserError } from './errors.ts';
import type { Send, Server } from './http-remote.ts';

/**
 * The server of `s3://<bucket>/<prefix>`, with the endpoint, region and credentials that the AWS tools would take. Without
 * credentials, requests are not signed: a public bucket can be read.
 */
export function s3Server(bucket: string, path: string): Pick<Server, 'url' | 'send' | 'list'> {
  if (bucket === '') throw new UsageError('the URL of a shared store in S3 must name a bucket: s3://<bucket>/<prefix>');
  const { endpoint, region, credentials } = awsSettings();
  const prefix = path.replace(/^\/+|\/+$/g, '');
  const root = `${endpoint.replace(/\/+$/, '')}/${bucket}`;
  // Attempts are counted elsewhere.
  const client = credentials && new AwsClient({ ...credentials, region, service: 's3', retries: 0 });
  const send: Send = (url, init) => client?.fetch(url, init) ?? fetch(url, init);
  const list: Server['list'] = async (shelf, textAt) => {
    const folder = prefix === '' ? `${shelf}/` : `${prefix}/${shelf}/`;
    const names = new Set<string>();
    const seen = new Set<string>();
    for (let token: string | undefined = ''; token !== undefined; ) {
      if (seen.has(token)) throw new UserError(`the listing of ${root} has no end`);
      seen.add(token);
      const query = new URLSearchParams({ 'list-type': '2', prefix: folder });
      if (token !== '') query.set('continuation-token', token);
      const page = await textAt(`${root}?${query}`);
      if (page === undefined) return undefined;
      for (const key of elements(page, 'Key')) if (key.startsWith(folder)) names.add(key.slice(folder.length));
      token = elements(page, 'NextContinuationToken')[0];
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
