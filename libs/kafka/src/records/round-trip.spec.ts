import fc from 'fast-check';
import { Headers } from '@ouzel/core';
import { DriverError, type Compression } from '../client/index.js';
import { BatchBuilder, RecordBatch, batchesIn, headerSize, loadCodec, writeChecksum } from './index.js';

const place = { topic: 't', partition: 0 };
const compressions: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const perhapsBytes = fc.option(bytes);
const record = fc.record({
  key: perhapsBytes,
  value: perhapsBytes,
  headers: fc.array(fc.tuple(fc.string({ maxLength: 20, unit: 'binary' }), perhapsBytes), { maxLength: 4 }),
  timestamp: fc.integer({ min: 0, max: 2 ** 42 }),
  /** Offsets between this record and the one before. */
  missing: fc.nat(1_000),
});
const records = fc.array(record, { minLength: 1, maxLength: 30 });
type Written = ReturnType<typeof written>;

function written(
  list: readonly { key: Buffer | null; value: Buffer | null; headers: [string, Buffer | null][]; timestamp: number; missing: number }[],
  baseOffset: number,
) {
  const builder = new BatchBuilder(1);
  let delta = -1;
  const expected = list.map(({ key, value, headers, timestamp, missing }) => {
    delta += 1 + missing;
    builder.append({ key, value, headers: Headers.of(headers) }, timestamp, delta);
    return { offset: baseOffset + delta, timestamp, key, value, headers };
  });
  return { expected, builder };
}

function read(batch: RecordBatch): Written['expected'] {
  return batch.records(place).map(({ offset, timestamp, key, value, headers }) => ({
    offset,
    timestamp,
    key,
    value,
    headers: [...headers] as [string, Buffer | null][],
  }));
}

function batchOf(count: number, baseOffset: number): Buffer {
  const builder = new BatchBuilder();
  for (let i = 0; i < count; i++)
    builder.append({ key: Buffer.from(`k${i}`), value: Buffer.from(`v${i}`), headers: Headers.of([['h', `${i}`]]) }, 1_000 + i);
  return builder.seal({ baseOffset });
}

beforeAll(async () => {
  for (const compression of compressions) await loadCodec(compression);
});

describe('a record batch', () => {
  it.each(compressions)('reads as it was written, whatever its records are (%s)', (compression) => {
    fc.assert(
      fc.property(records, fc.nat(2 ** 45), (list, baseOffset) => {
        const { expected, builder } = written(list, baseOffset);
        const batch = new RecordBatch(builder.seal({ baseOffset, compression }));
        batch.check();
        expect(read(batch)).toEqual(expected);
        expect(batch).toMatchObject({ baseOffset, count: list.length, lastOffset: expected.at(-1)!.offset });
        expect(batch.maxTimestamp).toBe(Math.max(...list.map(({ timestamp }) => timestamp)));
      }),
      { numRuns: 60 },
    );
  });

  it('that was changed in any bit behind its checksum is refused', () => {
    const batch = batchOf(3, 7);
    fc.assert(
      fc.property(fc.integer({ min: 17, max: batch.length - 1 }), fc.nat(7), (at, bit) => {
        const changed = Buffer.from(batch);
        changed[at]! ^= 1 << bit;
        expect(() => new RecordBatch(changed).check('t-0-7')).toThrow(
          expect.objectContaining({ code: 'OUZEL_CORRUPT_BATCH', where: 't-0-7' }),
        );
      }),
    );
  });

  it('that lies behind a right checksum is read or refused, but never fails otherwise', () => {
    const sound = batchOf(2, 7);
    const lie = fc.tuple(fc.integer({ min: headerSize, max: sound.length - 1 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(lie, { minLength: 1, maxLength: 3 }), fc.integer({ min: -1, max: 4 }), fc.boolean(), (lies, count, control) => {
        const batch = Buffer.from(sound);
        for (const [at, byte] of lies) batch[at] = byte;
        batch.writeInt16BE(control ? 0x30 : 0, 21);
        batch.writeInt32BE(count, 57);
        writeChecksum(batch);
        try {
          for (const found of new RecordBatch(batch).records(place)) for (const [name] of found.headers) expect(typeof name).toBe('string');
          expect(['commit', 'abort', undefined]).toContain(new RecordBatch(batch).marker);
        } catch (error) {
          expect(error).toBeInstanceOf(DriverError);
          expect(error).toMatchObject({ code: 'OUZEL_CORRUPT_BATCH' });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a fetch response', () => {
  it('that is cut off anywhere gives the batches before the cut', () => {
    const batches = [batchOf(1, 0), batchOf(5, 1), batchOf(2, 6)];
    const response = Buffer.concat(batches);
    const ends = [batches[0]!.length, batches[0]!.length + batches[1]!.length, response.length];
    fc.assert(
      fc.property(fc.nat(response.length), (cut) => {
        const found = [...batchesIn(response.subarray(0, cut))];
        expect(found.map(({ baseOffset }) => baseOffset)).toEqual([0, 1, 6].filter((_, i) => ends[i]! <= cut));
      }),
    );
  });
});
