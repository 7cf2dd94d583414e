import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Format } from '../../engine/format.ts';
import { StageError } from '../../engine/kind.ts';
import { idxImages, idxLabels } from '../../stages/formats/idx.ts';
import { idx } from './idx-bytes.ts';

/** Why bytes are refused; undefined if they are not. */
function refusal({ decode }: Format, bytes: Uint8Array): string | undefined {
  try {
    decode(bytes);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(StageError);
    return String(error instanceof Error && error.message);
  }
}

const imageFile = fc
  .tuple(fc.nat(5), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
  .chain(([count, rows, columns]) => {
    const length = count * rows * columns;
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((pixels) => ({ count, rows, columns, pixels, bytes: idx([count, rows, columns], pixels) }));
  });

describe('images', () => {
  test('are read as they were written', () => {
    fc.assert(
      fc.property(imageFile, ({ bytes, pixels, ...sizes }) => {
        expect(idxImages.decode(bytes)).toEqual({ ...sizes, pixels: Buffer.from(pixels) });
        expect(Buffer.from(idxImages.encode({ ...sizes, pixels }))).toEqual(bytes);
      }),
    );
  });

  test('cut short anywhere are refused', () => {
    fc.assert(
      fc.property(imageFile, fc.nat(), ({ bytes }, cut) => {
        expect(refusal(idxImages, bytes.subarray(0, cut % bytes.length))).toBeDefined();
      }),
    );
  });

  test('with another number of bytes than declared are refused', () => {
    const size = fc.nat({ max: 0xffffffff });
    fc.assert(
      fc.property(fc.tuple(size, size, size), fc.uint8Array(), (sizes, data) => {
        fc.pre(sizes[0] * sizes[1] * sizes[2] !== data.length);
        expect(refusal(idxImages, idx(sizes, data))).toMatch(/declares/);
      }),
    );
  });

  test('without pixels are refused, however many', () => {
    expect(refusal(idxImages, idx([0xffffffff, 0, 28], Buffer.alloc(0)))).toContain('images of 0 × 28 pixels');
  });
});

test('any bytes are read or refused, and nothing else', () => {
  const head = fc.constantFrom([], [0, 0, 8, 3], [0, 0, 8, 1], [0, 0, 8, 1, 0, 0, 0]);
  fc.assert(
    fc.property(head, fc.uint8Array({ maxLength: 40 }), (start, rest) => {
      for (const format of [idxImages, idxLabels]) refusal(format, Buffer.from([...start, ...rest]));
    }),
    { numRuns: 500 },
  );
});

test('labels are read as they were written, wherever the bytes lie in memory', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(9), (labels, offset) => {
      const bytes = new Uint8Array(idxLabels.encode(labels).length + offset);
      bytes.set(idxLabels.encode(labels), offset);
      expect(idxLabels.decode(bytes.subarray(offset))).toEqual(labels);
      expect(Buffer.from(idxLabels.encode(labels))).toEqual(idx([labels.length], labels));
    }),
  );
});

describe('a refusal says what is wrong', () => {
  test.each([
    ['images for labels', idxLabels, idx([1, 1, 1], Buffer.of(7)), 'it starts with 0x00000803, where', '0x00000801'],
    ['labels for images', idxImages, idx([12], Buffer.alloc(12)), 'it starts with 0x00000801, where', '0x00000803'],
    ['gzip', idxLabels, Buffer.from('1f8b0800000000000000', 'hex'), 'it starts with 0x1f8b0800, where'],
    ['nothing', idxLabels, Buffer.alloc(0), 'it ends after 0 bytes, inside the 8 bytes of an IDX head'],
    ['a byte too many', idxLabels, idx([2], Buffer.alloc(3)), 'it declares 2 = 2 bytes of data, but holds 3'],
    [
      'a byte too few',
      idxImages,
      idx([2, 1, 2], Buffer.alloc(3)),
      'it declares 2 × 1 × 2 = 4 bytes of data, but holds 3',
    ],
  ])('%s', (_, format: Format, bytes, ...parts) => {
    const message = refusal(format, bytes);
    for (const part of parts) expect(message).toContain(part);
  });

  test('more than the limit', () => {
    const length = 64 * 1024 * 1024 + 1;
    expect(refusal(idxLabels, new Uint8Array(length))).toContain(`${length} bytes, more than the limit`);
  });
});
