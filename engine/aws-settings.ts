import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'ini';
import * as v from 'valibot';
import { UsageError } from './errors.ts';
import { readOptionalFile } from './files.ts';

/** Where and as whom S3 is asked. */
export interface AwsSettings {
  readonly endpoint: string;
  readonly region: string;
  /** Undefined if there are none: what is public can be read. */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

const sectionSchema = v.fallback(v.record(v.string(), v.fallback(v.string(), '')), {});

/** Ways to credentials that only the AWS tools know, by the settings that name them. */
const WAYS = [
  'sso_session',
  'sso_start_url',
  'credential_process',
  'role_arn',
  'web_identity_token_file',
  'login_session',
];

/**
 * What the AWS tools would take, from the environment, else from the profile's files. What is empty is not set.
 * @throws {UsageError} if AWS_PROFILE names a profile that neither file has, if half of the credentials is there, if
 * only the AWS tools can get them, or if the endpoint is no URL.
 */
export function awsSettings(env: Readonly<Record<string, string | undefined>> = process.env): AwsSettings {
  const profile = env.AWS_PROFILE || 'default';
  const folder = join(homedir(), '.aws');
  const secrets = section(env.AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials'), profile);
  const config = section(
    env.AWS_CONFIG_FILE || join(folder, 'config'),
    profile === 'default' ? profile : `profile ${profile}`,
  );
  if (env.AWS_PROFILE && secrets === undefined && config === undefined) {
    throw new UsageError(`AWS_PROFILE is '${profile}', but neither the credentials file nor the config file has it`);
  }
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || config?.region || 'us-east-1';
  const endpoint =
    env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || config?.endpoint_url || `https://s3.${region}.amazonaws.com`;
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint))
    throw new UsageError(`the endpoint of S3 must be a URL that begins with https:// or http://, but is '${endpoint}'`);
  const ofFiles = { ...config, ...secrets };
  const credentials =
    credentialsIn('the environment', env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY, env.AWS_SESSION_TOKEN) ??
    credentialsIn(
      `the profile '${profile}'`,
      ofFiles.aws_access_key_id,
      ofFiles.aws_secret_access_key,
      ofFiles.aws_session_token,
    );
  if (credentials !== undefined) return { endpoint, region, credentials };
  const way = WAYS.find((name) => ofFiles[name]);
  if (way !== undefined) {
    const what = `the profile '${profile}' gets its credentials by ${way}, which only the AWS tools can`;
    throw new UsageError(
      `${what}: eval "$(aws configure export-credentials --format env)" puts them where they are found, and AWS_CONFIG_FILE=/dev/null reads what is public`,
    );
  }
  return { endpoint, region };
}

/**
 * The credentials that are in some place; undefined if there are none.
 * @throws {UsageError} if there is but half of them.
 */
function credentialsIn(place: string, id = '', secret = '', token = ''): AwsSettings['credentials'] {
  if (id === '' && secret === '') return undefined;
  if (id === '' || secret === '') {
    const lost = id === '' ? 'access key id' : 'secret access key';
    throw new UsageError(`${place} has half of the credentials of AWS: the ${lost} is not there`);
  }
  return { accessKeyId: id, secretAccessKey: secret, ...(token === '' ? {} : { sessionToken: token }) };
}

/** A section of an INI file; undefined if it is not there. */
function section(path: string, name: string): Record<string, string> | undefined {
  const sections = parse(readOptionalFile(path) ?? '');
  return Object.hasOwn(sections, name) ? v.parse(sectionSchema, sections[name]) : undefined;
}
