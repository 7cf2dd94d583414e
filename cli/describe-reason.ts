import type { Json } from '../engine/digest.ts';
import type { Reason } from '../engine/reasons.ts';

/** A reason in words, to follow "because". */
export function describeReason(reason: Reason): string {
  switch (reason.reason) {
    case 'never-built':
      return 'it was never built here';
    case 'forced':
      return 'it is forced';
    case 'invalidated':
      return 'it was invalidated';
    case 'kind-changed':
      return `its kind changed ${reason.from} -> ${reason.to}`;
    case 'param-changed':
      return `param \`${reason.param}\` ${describeSides(reason)}`;
    case 'input-changed':
      return `input \`${reason.input}\` changed: ${reason.artifact} ${was(reason.change)}`;
    case 'input-reordered':
      return `input \`${reason.input}\` is wired in another order`;
    case 'code-changed':
      return `code ${reason.file} ${was(reason.change)}`;
    case 'package-changed':
      return `package ${reason.package} ${describeSides(reason)}`;
    case 'platform-changed':
      return `platform ${describeSides(reason)}`;
    case 'engine-changed':
      return 'recipes mean something else since it was built';
    case 'output-missing':
      return `${reason.path} is missing`;
    case 'output-edited':
      return `${reason.path} is not what it made`;
    case 'object-missing':
      return `its output \`${reason.output}\` is missing in the store`;
    case 'object-damaged':
      return `its output \`${reason.output}\` is damaged in the store`;
    case 'upstream-stale':
      return `${reason.stage} is stale`;
    case 'not-locked':
      return 'the lock does not have it';
    case 'output-not-locked':
      return `the lock has no digest of its output \`${reason.output}\``;
    case 'output-unknown':
      return `the lock has an output \`${reason.output}\`, but it makes none`;
    case 'recipe-differs':
      return 'the lock has it by another recipe than its params, its code and its locked inputs give';
    case 'not-in-pipeline':
      return 'the lock has it, but the pipeline has not';
  }
}

/** All reasons in words, the first few of many. */
export function describeReasons(reasons: readonly Reason[], most = 3): string {
  const shown = reasons.slice(0, most).map(describeReason).join('; ');
  return reasons.length > most ? `${shown}; and ${reasons.length - most} more` : shown;
}

function was(change: 'added' | 'removed' | 'changed'): string {
  return change === 'changed' ? 'changed' : `was ${change}`;
}

function describeSides({ from, to }: { readonly from?: Json; readonly to?: Json }): string {
  if (from === undefined) return `was added (${describeValue(to)})`;
  if (to === undefined) return `was removed (${describeValue(from)})`;
  return `changed ${describeValue(from)} -> ${describeValue(to)}`;
}

function describeValue(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
