import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BackendMatrix, Operations, Scalar } from '../../science/matrix-backend.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';
import { randomStream } from '../../science/random.ts';
import { matrixFrom } from './naive.ts';

/** Picks an operation and its operands among what there is. */
type Choice = readonly [operation: number, x: number, y: number, p: number];

const choices = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.integer({ min: -8, max: 8 })), {
  minLength: 1,
  maxLength: 14,
});

const sizes = fc.tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }));

/** Does what the choices say with m×n, n×n, m×m matrices and vectors of m and n, and returns all matrices and scalars that it made. */
function compute(ops: Operations, inputs: readonly BackendMatrix[], picks: readonly Choice[]) {
  const made: BackendMatrix[] = [];
  const scalars: Scalar[] = [];
  const [{ rows: m, columns: n }] = inputs;
  const of = (rows: number, columns: number, pick: number) => {
    const fitting = [...inputs, ...made].filter((x) => x.rows === rows && x.columns === columns);
    return fitting[pick % fitting.length];
  };
  for (const [operation, a, b, p] of picks) {
    const [x, y] = [of(m, n, a), of(m, n, b)];
    const square = of(m, m, a);
    const applied = [
      () => ops.multiply(x, y),
      () => ops.scale(p / 4, x),
      () => ops.combine(p / 4, x, 0.5, y),
      () => ops.combine(1, x, p / 4, y),
      () => ops.scaleColumns(x, of(n, 1, b)),
      () => ops.addColumn(x, p / 4, of(m, 1, b)),
      () => ops.isPositive(x),
      () => ops.matMul(square, x),
      () => ops.matMul(x, of(n, n, b)),
      () => ops.matMul(x, of(n, 1, b)),
      () => ops.matMulLower(x, inputs[1]),
      () => ops.matMulUpper(ops.firstColumns(x, n), ops.transpose(inputs[1])),
      () => ops.symmetricProduct(x, x),
      () => ops.transpose(ops.transpose(x)),
      () => ops.diagonal(square),
      () => ops.addDiagonal(square, of(m, 1, b)),
      () => ops.addToFirstColumns(x, p / 4, ops.firstColumns(y, 1 + (b % n))),
      () => ops.addToFirstColumns(ops.multiply(x, y), p / 4, ops.firstColumns(y, 1 + (b % n))),
      () => ops.scale(0.5, ops.firstColumns(x, n)),
      () => ops.scaleColumns(x, ops.firstColumns(of(n, n, b), 1)),
      () => ops.addColumn(x, p / 4, ops.firstColumns(y, 1)),
      () => ops.matMul(x, ops.firstColumns(of(n, n, b), 1)),
      () => ops.symmetricProduct(ops.firstColumns(x, 1 + (b % n)), ops.firstColumns(x, 1 + (b % n))),
      () => {
        const part = ops.firstColumns(x, 1 + (b % n));
        scalars.push(ops.dot(part, ops.firstColumns(y, part.columns)));
        return ops.compute({ rows: m, columns: n }, [part], (result, values) => {
          for (let i = 0; i < m * n; i++) result[i] = values[i % values.length];
        });
      },
      () => {
        scalars.push(ops.dot(x, y));
        return ops.multiply(square, square);
      },
      () =>
        ops.compute({ rows: m, columns: n }, [x, square], (result, values, [first]) => {
          values.forEach((value, i) => {
            result[i] = value * 0.5 + first;
          });
        }),
    ];
    made.push(applied[operation % applied.length]());
  }
  return { made, scalars };
}

describe.each(['float32', 'float64'] as const)('a computation prepared in %s', (precision) => {
  it('has the bits of its operations one by one, run after run, on any inputs', () => {
    fc.assert(
      fc.property(sizes, choices, fc.nat(), ([m, n], picks, seed) => {
        const backend = openPortableBackend(precision);
        const random = randomStream(seed, 'tape.test');
        const gaussian = (rows: number, columns: number) =>
          backend.upload(matrixFrom(rows, columns, () => 0.5 * random.gaussian()));
        const draw = () => [
          gaussian(m, n),
          backend.upload(matrixFrom(n, n, (i, j) => (j <= i ? random.gaussian() : 0))),
          gaussian(m, m),
          gaussian(m, 1),
          gaussian(n, 1),
        ];
        let scalars: readonly Scalar[] = [];
        const run = backend.prepare(draw(), (ops, inputs) => {
          const computed = compute(ops, inputs, picks);
          scalars = computed.scalars;
          return computed.made;
        });
        for (const inputs of [draw(), draw()]) {
          const expected = compute(backend, inputs, picks);
          const made = run(inputs);
          expect(made.map((x) => backend.download(x))).toEqual(expected.made.map((x) => backend.download(x)));
          expect(scalars.map((read) => read())).toEqual(expected.scalars.map((read) => read()));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('keeps what is needed later, where results take each other’s places', () => {
    const backend = openPortableBackend(precision);
    const x = backend.upload(matrixFrom(9, 9, (i, j) => i - 2 * j));
    const v = backend.upload(matrixFrom(9, 1, (i) => i));
    const computation = (ops: Operations) => {
      const square = ops.matMul(x, x);
      const shifted = ops.addDiagonal(square, v);
      const again = ops.addToFirstColumns(shifted, 2, ops.firstColumns(square, 5));
      return [ops.addDiagonal(again, ops.diagonal(square)), again];
    };
    const made = backend.prepare([], computation)([]);
    expect(made.map((m) => backend.download(m))).toEqual(computation(backend).map((m) => backend.download(m)));
  });
});

describe('a prepared computation', () => {
  const backend = openPortableBackend('float64');
  const x = backend.upload(matrixFrom(3, 5, (i, j) => i + j));

  it('reads its coefficients anew in each run', () => {
    let p = 2;
    const run = backend.prepare([x], (ops, [y]) => [ops.scale(() => p, y)]);
    const first = backend.download(run([x])[0]).values;
    p = 3;
    expect(Array.from(backend.download(run([x])[0]).values)).toEqual(Array.from(first, (value) => (value / 2) * 3));
  });

  it('gives a matrix of its own where it returns an input, or columns of a matrix', () => {
    const [same, part] = backend.prepare([x], (ops, [y]) => [y, ops.firstColumns(ops.scale(1, y), 2)])([x]);
    backend.dispose(x);
    expect(Array.from(backend.download(same).values)).toEqual([0, 1, 2, 3, 4, 1, 2, 3, 4, 5, 2, 3, 4, 5, 6]);
    expect(Array.from(backend.download(part).values)).toEqual([0, 1, 1, 2, 2, 3]);
  });

  it('gives a matrix for each that it returns, also where that is the same one', () => {
    const y = backend.upload(matrixFrom(2, 3, (i, j) => i - j));
    const made = backend.prepare([y], (ops, [z]) => {
      const doubled = ops.scale(2, z);
      return [doubled, doubled, z, z];
    })([y]);
    expect(made.map((matrix) => Array.from(backend.download(matrix).values))).toEqual([
      [0, -2, -4, 2, 0, -2],
      [0, -2, -4, 2, 0, -2],
      [0, -1, -2, 1, 0, -1],
      [0, -1, -2, 1, 0, -1],
    ]);
    backend.dispose(...made);
  });

  it('refuses to run on a matrix that was freed since, or of another backend', () => {
    const [given, captured] = [1, 2].map((value) => backend.upload(matrixFrom(2, 2, () => value)));
    const run = backend.prepare([given], (ops, [z]) => [ops.multiply(z, captured)]);
    run([given]);
    const foreign = openPortableBackend('float64').upload(matrixFrom(2, 2, () => 3));
    expect(() => run([foreign])).toThrow('this matrix was freed, or is of another backend');
    backend.dispose(captured);
    expect(() => run([given])).toThrow('this matrix was freed, or is of another backend');
  });

  it('goes on where the memory grows between runs', () => {
    const y = backend.upload(matrixFrom(2, 2, () => 2));
    let square: Scalar = () => Number.NaN;
    const run = backend.prepare([y], (ops, [z]) => {
      square = ops.dot(z, z);
      return [ops.compute(z, [z], (result, values) => result.set(values.map((value) => value + 1)))];
    });
    run([y]);
    backend.upload(matrixFrom(700, 700, () => 1));
    expect(Array.from(backend.download(run([y])[0]).values)).toEqual([3, 3, 3, 3]);
    expect(square()).toBe(16);
  });
});
