import * as v from 'valibot';

const MOST = 10;
const LONGEST = 300;

/** What does not fit a schema, a line each of the first issues, e.g. `synthetic.n: Invalid type: Expected number …`. */
export function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  const shown = issues.slice(0, MOST).map(describeIssue).join('\n');
  return issues.length > MOST ? `${shown}\nand ${issues.length - MOST} more` : shown;
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  // Valibot expects `never` only where a strict object or tuple has something too many.
  const message = issue.expected === 'never' ? 'there is no such entry' : issue.message;
  return shorten(path === null ? message : `${path}: ${message}`);
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
