import * as v from 'valibot';

/** What does not fit a schema, and where: one line an issue, e.g. `synthetic.n: Invalid type: Expected number but …`. */
export function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map(describeIssue).join('\n');
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  // Nothing is expected only where a strict object or tuple has something too many.
  const message = issue.expected === 'never' ? 'there is no such entry' : issue.message;
  return path === null ? message : `${path}: ${message}`;
}
