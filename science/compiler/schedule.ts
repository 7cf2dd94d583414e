import type { Dot, Elementwise, HostStep, Operation, Tape, Value, WholeMatrix } from '../tape.ts';

/** Operations on matrices of one size, element by element, that go through them together. */
export interface Loop {
  readonly name: 'loop';
  readonly operations: readonly (Elementwise | Dot)[];
}

export type Step = Loop | WholeMatrix | HostStep;

/** The operations of a step. */
export function operationsOf(step: Step): readonly Operation[] {
  return step.name === 'loop' ? step.operations : [step];
}

/** The elements that a loop takes at a time: an element of each of the sums that a scalar product has. */
export const CHUNK = 4;

/**
 * Orders the operations of a tape. What needs whole matrices comes as early as it can, so that the loops in between do
 * as much as they can in one pass. Steps of the host keep their order.
 */
export function scheduleOf({ operations, inputs }: Pick<Tape, 'operations' | 'inputs'>): Step[] {
  const steps: Step[] = [];
  const ready = new Set(inputs.map(({ value }) => value));
  const isReady = (value: Value) => ready.has(value.whole ?? value);
  let pending: readonly Operation[] = operations;
  while (pending.length > 0) {
    const next = nextStep(pending, isReady);
    const done = new Set(operationsOf(next));
    for (const operation of done) if (operation.name !== 'dot') ready.add(operation.result);
    pending = pending.filter((operation) => !done.has(operation));
    steps.push(next);
  }
  return steps;
}

function nextStep(pending: readonly Operation[], isReady: (value: Value) => boolean): Step {
  const firstOfHost = pending.find(({ name }) => name === 'compute');
  let first: Elementwise | Dot | HostStep | undefined;
  for (const operation of pending) {
    if (!operation.operands.every(isReady)) continue;
    if (operation.name !== 'compute' && !isElementwise(operation)) return operation;
    if (operation.name === 'compute' && operation !== firstOfHost) continue;
    // A step of the host waits for all loops that are ready, since they may go together now.
    if (first === undefined || (first.name === 'compute' && operation.name !== 'compute')) first = operation;
  }
  if (first === undefined) throw new TypeError('a tape uses a matrix that it has not made');
  return first.name === 'compute' ? first : loopOf(first, pending, isReady);
}

function isElementwise(operation: Operation): operation is Elementwise | Dot {
  switch (operation.name) {
    case 'multiply':
    case 'scale':
    case 'combine':
    case 'addMultiple':
    case 'scaleColumns':
    case 'addColumn':
    case 'isPositive':
    case 'dot':
      return true;
    default:
      return false;
  }
}

/** The loop of an operation and all pending ones that can go with it. */
function loopOf(first: Elementwise | Dot, pending: readonly Operation[], isReady: (value: Value) => boolean): Loop {
  const made = new Set<Value>();
  const operations: (Elementwise | Dot)[] = [];
  for (const operation of pending) {
    if (!isElementwise(operation) || !sameSize(first, operation)) continue;
    const count = elementwiseOperands(operation).length;
    if (!operation.operands.every((value, i) => isReady(value) || (i < count && made.has(value)))) continue;
    if (!isLoop([...operations, operation])) continue;
    operations.push(operation);
    if (operation.name !== 'dot') made.add(operation.result);
  }
  return { name: 'loop', operations };
}

function sameSize(a: Elementwise | Dot, b: Elementwise | Dot): boolean {
  return a.operands[0].rows === b.operands[0].rows && a.operands[0].columns === b.operands[0].columns;
}

/** The operands that are taken element by element; the others are vectors along rows or columns. */
export function elementwiseOperands({ name, operands }: Elementwise | Dot): readonly Value[] {
  return name === 'scaleColumns' || name === 'addColumn' ? operands.slice(0, 1) : operands;
}

/** A scalar product goes through its elements four at a time, whatever rows they are in. */
function isLoop(operations: readonly (Elementwise | Dot)[]): boolean {
  const hasDot = operations.some(({ name }) => name === 'dot');
  return !hasDot || operations[0].operands[0].columns % CHUNK === 0 || isFlat(operations);
}

/** Whether operations need not know where a row ends, so that all rows are one. */
export function isFlat(operations: readonly (Elementwise | Dot)[]): boolean {
  return operations.every((operation) => {
    const matrices = operation.name === 'dot' ? operation.operands : [...operation.operands, operation.result];
    const hasVector = elementwiseOperands(operation).length < operation.operands.length;
    return !hasVector && matrices.every(({ whole }) => whole === undefined);
  });
}
