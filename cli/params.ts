import { isJsonObject, type Json, type JsonObject } from '../engine/digest.ts';
import { UsageError } from '../engine/errors.ts';
import { nearest } from './nearest.ts';

/**
 * The params with some of them set anew.
 * @param assignments Such as `sizes.n=10` or `seeds=[1,2,3]`; a list may do without brackets.
 * @throws {UsageError} if an assignment is malformed, or names a param that does not exist.
 */
export function withAssignments(params: JsonObject, assignments: readonly string[]): JsonObject {
  let changed = params;
  for (const assignment of assignments) {
    const split = assignment.indexOf('=');
    if (split <= 0)
      throw new UsageError(
        `--set takes path=value, such as ${nearest(assignment, pathsOf(params))}=…, not '${assignment}'`,
      );
    changed = withParam(changed, assignment.slice(0, split), assignment.slice(split + 1));
  }
  return changed;
}

function withParam(params: JsonObject, path: string, text: string): JsonObject {
  const withChange = (folder: Json | undefined, [key = '', ...keys]: readonly string[]): JsonObject => {
    if (!isJsonObject(folder) || !Object.hasOwn(folder, key)) throw unknownPath(params, path);
    const current = folder[key];
    if (keys.length > 0) return { ...folder, [key]: withChange(current, keys) };
    if (isJsonObject(current)) {
      throw new UsageError(`'${path}' is a group of params: set one of ${pathsOf(current, `${path}.`).join(', ')}`);
    }
    return { ...folder, [key]: parseValue(text, current) };
  };
  return withChange(params, path.split('.'));
}

function parseValue(text: string, current: Json | undefined): Json {
  const parsed = parseJson(text);
  if (!Array.isArray(current) || Array.isArray(parsed)) return parsed;
  return text.split(',').map((item) => parseJson(item.trim()));
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unknownPath(params: JsonObject, path: string): UsageError {
  return new UsageError(`there is no param '${path}': did you mean '${nearest(path, pathsOf(params))}'?`);
}

function pathsOf(params: JsonObject, prefix = ''): string[] {
  return Object.entries(params).flatMap(([key, value]) =>
    isJsonObject(value) ? pathsOf(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}
