import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Matrix, zeros } from '../../science/matrix.ts';
import { BackendUnavailableError, type MatrixBackend } from '../../science/matrix-backend.ts';
import { openBackend } from '../../science/open-backend.ts';
import { openPortableBackend } from '../../science/portable-backend.ts';
import { testedBackends } from './backends.ts';
import { matrixFrom, naiveProduct, naiveTranspose, relativeError } from './naive.ts';

const size = fc.integer({ min: 1, max: 21 });
const element = fc.integer({ min: -100, max: 100 }).map((value) => value / 8);

function matrices(rows: number, columns: number): fc.Arbitrary<Matrix> {
  const length = rows * columns;
  return fc
    .array(element, { minLength: length, maxLength: length })
    .map((values) => ({ rows, columns, values: Float64Array.from(values) }));
}

/** Two matrices of m×n, one of n×k, and vectors of m and n. */
type Operands = Readonly<Record<'x' | 'y' | 'z' | 'v' | 'w', Matrix>>;

const operands: fc.Arbitrary<Operands> = fc
  .tuple(size, size, size)
  .chain(([m, n, k]) =>
    fc.record({ x: matrices(m, n), y: matrices(m, n), z: matrices(n, k), v: matrices(m, 1), w: matrices(n, 1) }),
  );

it('a portable backend has the precision of its name', async () => {
  const epsilons = await Promise.all([openBackend('portable'), openBackend('portable-float64')]);
  expect(epsilons.map(({ epsilon }) => epsilon)).toEqual([1.1920928955078125e-7, Number.EPSILON]);
});

const at = ({ columns, values }: Matrix, i: number, j: number) => values[i * columns + j];

for (const { name, available, open, tolerance } of await testedBackends()) {
  describe.skipIf(!available)(`the backend ${name}`, () => {
    let backend: MatrixBackend;
    beforeAll(async () => {
      backend = await open();
    });

    const check = (actual: Matrix, expected: Matrix) => expect(relativeError(actual, expected)).toBeLessThan(tolerance);

    function property(test: (backend: MatrixBackend, given: Operands) => void) {
      fc.assert(
        fc.property(operands, (given) => {
          backend.tidy(() => {
            test(backend, given);
            return {};
          });
        }),
      );
    }

    it('multiplies matrices', () => {
      property((e, { x, z }) => check(e.download(e.matMul(e.upload(x), e.upload(z))), naiveProduct(x, z)));
    });

    it('transposes', () => {
      property((e, { x }) => check(e.download(e.transpose(e.upload(x))), naiveTranspose(x)));
    });

    it('multiplies a matrix by its own scaled transpose', () => {
      property((e, { x, w }) => {
        const scaled = matrixFrom(x.rows, x.columns, (i, j) => at(x, i, j) * at(w, j, 0));
        check(e.download(e.symmetricProduct(e.upload(scaled), e.upload(x))), naiveProduct(scaled, naiveTranspose(x)));
      });
    });

    it('works element by element', () => {
      property((e, { x, y }) => {
        const [X, Y] = [e.upload(x), e.upload(y)];
        const { rows, columns } = x;
        check(
          e.download(e.multiply(X, Y)),
          matrixFrom(rows, columns, (i, j) => at(x, i, j) * at(y, i, j)),
        );
        check(
          e.download(e.scale(1.5, X)),
          matrixFrom(rows, columns, (i, j) => 1.5 * at(x, i, j)),
        );
        check(
          e.download(e.combine(2, X, -3, Y)),
          matrixFrom(rows, columns, (i, j) => 2 * at(x, i, j) - 3 * at(y, i, j)),
        );
        expect(e.dot(X, Y)()).toBeCloseTo(
          x.values.reduce((sum, value, k) => sum + value * y.values[k], 0),
          1,
        );
      });
    });

    it('works along rows and columns', () => {
      property((e, { x, v, w }) => {
        const X = e.upload(x);
        const { rows, columns } = x;
        check(
          e.download(e.scaleColumns(X, e.upload(w))),
          matrixFrom(rows, columns, (i, j) => at(x, i, j) * at(w, j, 0)),
        );
        check(
          e.download(e.addColumn(X, -1.5, e.upload(v))),
          matrixFrom(rows, columns, (i, j) => at(x, i, j) - 1.5 * at(v, i, 0)),
        );
      });
    });

    it('works on the diagonal', () => {
      property((e, { x, v }) => {
        const square = naiveProduct(x, naiveTranspose(x));
        const { rows } = square;
        check(
          e.download(e.diagonal(e.upload(square))),
          matrixFrom(rows, 1, (i) => at(square, i, i)),
        );
        check(
          e.download(e.addDiagonal(e.upload(square), e.upload(v))),
          matrixFrom(rows, rows, (i, j) => at(square, i, j) + (i === j ? at(v, i, 0) : 0)),
        );
      });
    });

    it('multiplies by triangular matrices', () => {
      property((e, { x, w }) => {
        const lower = matrixFrom(w.rows, w.rows, (i, j) => (i < j ? 0 : at(w, i, 0) - at(w, j, 0) + 1));
        const upper = naiveTranspose(lower);
        check(e.download(e.matMulLower(e.upload(x), e.upload(lower))), naiveProduct(x, lower));
        check(e.download(e.matMulUpper(e.upload(x), e.upload(upper))), naiveProduct(x, upper));
      });
    });

    it('selects and adds to the first columns', () => {
      property((e, { x, y }) => {
        const count = (x.columns + 1) >> 1;
        const selected = matrixFrom(x.rows, count, (i, j) => at(x, i, j));
        check(e.download(e.firstColumns(e.upload(x), count)), selected);
        check(
          e.download(e.addToFirstColumns(e.upload(y), -2, e.upload(selected))),
          matrixFrom(x.rows, x.columns, (i, j) => at(y, i, j) - (j < count ? 2 * at(x, i, j) : 0)),
        );
      });
    });

    it('keeps what tidy returns, and leaves operands as they are', () => {
      property((e, { x, y }) => {
        const X = e.upload(x);
        const { sum } = e.tidy(() => ({ sum: e.combine(1, e.multiply(X, X), 1, e.upload(y)) }));
        e.scale(7, X);
        check(e.download(X), x);
        check(
          e.download(sum),
          matrixFrom(x.rows, x.columns, (i, j) => at(x, i, j) * at(x, i, j) + at(y, i, j)),
        );
        e.dispose(sum);
      });
    });
  });
}

describe('the portable backend', () => {
  const backend = openPortableBackend('float32');

  it('refuses a matrix that was freed', () => {
    const x = backend.upload(zeros(2, 2));
    backend.dispose(x);
    expect(() => backend.scale(2, x)).toThrow('this matrix was freed, or is of another backend');
  });

  it('refuses sizes that do not fit', () => {
    expect(() => backend.matMul(backend.upload(zeros(2, 3)), backend.upload(zeros(2, 3)))).toThrow(
      'do not fit: 3 and 2',
    );
    expect(() => backend.matMulLower(backend.upload(zeros(2, 3)), backend.upload(zeros(2, 2)))).toThrow(
      'do not fit: 3 and 2',
    );
    expect(() => backend.firstColumns(backend.upload(zeros(2, 3)), 4)).toThrow('of 3 columns has no first 4');
  });

  it('grows its memory with the matrices', () => {
    const large = matrixFrom(1000, 900, (i, j) => i - j);
    const x = backend.upload(large);
    expect(relativeError(backend.download(backend.scale(1, x)), large)).toBe(0);
  });

  it('adds up inner products in float64', () => {
    const ones = backend.upload(matrixFrom(1, 1001, () => 1));
    const values = backend.upload(matrixFrom(1, 1001, (_, j) => (j === 0 ? 0x100_0000 : 1)));
    expect(backend.dot(ones, values)()).toBe(0x100_0000 + 1000);
  });
});

describe('the native backend', () => {
  it('works, or refuses with the reason and what to do', async () => {
    const opened = openBackend('native');
    const outcome = await opened.catch((error: unknown) => error);
    if (!(outcome instanceof BackendUnavailableError)) {
      expect(outcome).toHaveProperty('epsilon', 1 / 0x80_0000);
      return;
    }
    expect(outcome.message).toContain('@tensorflow/tfjs-node');
    expect(outcome.message).toContain('--backend portable');
  });
});
