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

/**
 * What the AWS tools would take, from the environment, else from the profile's files.
 * @throws {UsageError} if AWS_PROFILE names a profile that neither file has.
 */
export function awsSettings(env: Readonly<Record<string, string | undefined>> = process.env): AwsSettings {
  const profile = env.AWS_PROFILE ?? 'default';
  const folder = join(homedir(), '.aws');
  const secrets = section(env.AWS_SHARED_CREDENTIALS_FILE ?? join(folder, 'credentials'), profile);
  const config = section(
    env.AWS_CONFIG_FILE ?? join(folder, 'config'),
    profile === 'default' ? profile : `profile ${profile}`,
  );
  if (env.AWS_PROFILE !== undefined && secrets === undefined && config === undefined) {
    throw new UsageError(`AWS_PROFILE is '${profile}', but neither the credentials file nor the config file has it`);
  }
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? config?.region ?? 'us-east-1';
  const endpoint =
    env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL ?? config?.endpoint_url ?? `https://s3.${region}.amazonaws.com`;
  const ofEnv = { id: env.AWS_ACCESS_KEY_ID, secret: env.AWS_SECRET_ACCESS_KEY, token: env.AWS_SESSION_TOKEN };
  const ofFiles = { ...config, ...secrets };
  const { id, secret, token } =
    ofEnv.id !== undefined && ofEnv.secret !== undefined
      ? ofEnv
      : {
          id: ofFiles.aws_access_key_id,
          secret: ofFiles.aws_secret_access_key,
          token: ofFiles.aws_session_token,
        };
  if (id === undefined || secret === undefined) return { endpoint, region };
  const session = token === undefined ? {} : { sessionToken: token };
  return { endpoint, region, credentials: { accessKeyId: id, secretAccessKey: secret, ...session } };
}

/** A section of an INI file; undefined if it is not there. */
function section(path: string, name: string): Record<string, string> | undefined {
  const sections = parse(readOptionalFile(path) ?? '');
  return Object.hasOwn(sections, name) ? v.parse(sectionSchema, sections[name]) : undefined;
}
