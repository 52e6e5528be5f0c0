import { readFileSync } from 'node:fs';
import { Headers } from '@ouzel/core';
import type { Compression } from '../client/index.js';
import { AbortedTransactions, BatchBuilder, batchesIn, encodeMarker, loadCodec, loadCodecsOf, restamp, RecordBatch } from './index.js';

interface VectorRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [string, string | null])[];
}
interface VectorBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly sizeInBytes: number;
  readonly partitionLeaderEpoch: number;
  readonly crc: number;
  readonly compression: Compression;
  readonly timestampType: 'CreateTime' | 'LogAppendTime';
  readonly transactional: boolean;
  readonly control: boolean;
  readonly deleteHorizonMs: number | null;
  readonly maxTimestamp: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly lastSequence: number;
  readonly records: readonly VectorRecord[];
  readonly marker?: { readonly type: 'COMMIT' | 'ABORT'; readonly coordinatorEpoch: number };
}
interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly batches: readonly VectorBatch[];
}

const file = new URL('../../../../test/golden/recorded/bytes/record-batches.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[];
const sound = vectors.filter(({ name }) => name !== 'damaged');
const hex = (bytes: Buffer | null | undefined) => bytes?.toString('hex') ?? null;
const bytes = (text: string | null) => (text === null ? null : Buffer.from(text, 'hex'));
const headersOf = (record: VectorRecord) => Headers.of(record.headers.map(([name, value]) => [name, bytes(value)] as const));
const place = { topic: 't', partition: 3 };

beforeAll(async () => {
  for (const compression of ['snappy', 'lz4', 'zstd'] as const) await loadCodec(compression);
});

function facts(batch: RecordBatch): Omit<VectorBatch, 'records' | 'marker'> {
  return {
    baseOffset: batch.baseOffset,
    lastOffset: batch.lastOffset,
    sizeInBytes: batch.bytes.length,
    partitionLeaderEpoch: batch.leaderEpoch,
    crc: batch.crc,
    compression: batch.compression,
    timestampType: batch.hasLogAppendTime ? 'LogAppendTime' : 'CreateTime',
    transactional: batch.isTransactional,
    control: batch.isControl,
    deleteHorizonMs: batch.deleteHorizon ?? null,
    maxTimestamp: batch.maxTimestamp,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    lastSequence: batch.lastSequence,
  };
}

describe.each(sound)('Java batch "$name"', ({ hex: encoded, batches }) => {
  const decoded = [...batchesIn(Buffer.from(encoded, 'hex'))];

  it('has the header facts that Java reads', () => {
    expect(decoded).toHaveLength(batches.length);
    decoded.forEach((batch, i) => expect(batches[i]).toMatchObject(facts(batch)));
  });

  it('has the records that Java reads', () => {
    decoded.forEach((batch, i) => {
      batch.check();
      const expected = batches[i]!.records.map(({ offset, timestamp, key, value, headers }) => ({
        offset,
        timestamp,
        key,
        value,
        headers,
      }));
      const found = batch.records(place).map((record) => ({
        offset: record.offset,
        timestamp: record.timestamp,
        key: hex(record.key),
        value: hex(record.value),
        headers: [...record.headers].map(([name, value]) => [name, hex(value)]),
      }));
      if (!batch.isControl) expect(found).toEqual(expected);
    });
  });
});

const uncompressed = sound
  .filter(({ batches }) => batches.every(({ compression, control }) => compression === 'none' && !control))
  .map(({ name, batches, hex: encoded }) => ({ name, batch: batches[0]!, encoded: encoded.slice(0, 2 * batches[0]!.sizeInBytes) }));

it.each(uncompressed)('writes "$name" with the bytes of Java', ({ batch, encoded }) => {
  const builder = new BatchBuilder(16, batch.deleteHorizonMs ?? undefined);
  const times = timesAsWritten(Buffer.from(encoded, 'hex'), batch);
  batch.records.forEach((record, i) => {
    const entry = { key: bytes(record.key), value: bytes(record.value), headers: headersOf(record) };
    builder.append(entry, times[i]!, record.offset - batch.baseOffset);
  });
  const sealed = builder.seal({
    baseOffset: batch.baseOffset,
    leaderEpoch: batch.partitionLeaderEpoch,
    stamp: { producerId: batch.producerId, epoch: batch.producerEpoch, sequence: batch.baseSequence },
    transactional: batch.transactional,
    lastOffsetDelta: batch.lastOffset - batch.baseOffset,
    ...(batch.timestampType === 'LogAppendTime' ? { logAppendTime: batch.maxTimestamp } : {}),
    ...(batch.deleteHorizonMs === null ? {} : { deleteHorizon: batch.deleteHorizonMs }),
  });
  expect(sealed.toString('hex')).toBe(encoded);
});

/** Behind a log append time the batch still holds the producer's times, which no reader sees. */
function timesAsWritten(encoded: Buffer, batch: VectorBatch): number[] {
  if (batch.timestampType === 'CreateTime') return batch.records.map(({ timestamp }) => timestamp);
  encoded[22]! &= ~8;
  return new RecordBatch(encoded).records(place).map(({ timestamp }) => timestamp);
}

it.each(vectors.filter(({ name }) => name.endsWith('-marker')))('writes "$name" with the bytes of Java', ({ batches, hex: encoded }) => {
  const { baseOffset, partitionLeaderEpoch, producerId, producerEpoch, maxTimestamp, marker } = batches[0]!;
  const outcome = marker!.type === 'COMMIT' ? 'commit' : 'abort';
  const header = { baseOffset, leaderEpoch: partitionLeaderEpoch, producerId, epoch: producerEpoch, timestamp: maxTimestamp };
  const sealed = encodeMarker(outcome, { ...header, coordinatorEpoch: marker!.coordinatorEpoch });
  expect(sealed.toString('hex')).toBe(encoded);
  expect(new RecordBatch(sealed).marker).toBe(outcome);
});

it('refuses a damaged batch', () => {
  const [batch] = batchesIn(Buffer.from(vectors.find(({ name }) => name === 'damaged')!.hex, 'hex'));
  expect(() => batch!.check('t-3-0')).toThrow(expect.objectContaining({ code: 'OUZEL_CORRUPT_BATCH', where: 't-3-0' }));
});

function batchOf(compression: Compression, count: number): Buffer {
  const builder = new BatchBuilder();
  for (let i = 0; i < count; i++) {
    builder.append({ key: Buffer.from(`key-${i}`), value: Buffer.alloc(100, i), headers: Headers.empty }, 1_000 + i);
  }
  return builder.seal({ compression });
}

it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('reads what it wrote with %s', (compression) => {
  const batch = new RecordBatch(batchOf(compression, 1_000));
  batch.check();
  const records = batch.records(place);
  expect(records).toHaveLength(1_000);
  expect(records[999]).toMatchObject({ topic: 't', partition: 3, offset: 999, timestamp: 1_999 });
  expect(records[999]!.key?.toString()).toBe('key-999');
  expect(records[999]!.value).toEqual(Buffer.alloc(100, 999));
});

it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('refuses a block of %s that is cut off, naming the batch', (compression) => {
  const batch = batchOf(compression, 1_000);
  const cut = new RecordBatch(batch.subarray(0, batch.length - 40));
  expect(() => cut.records(place)).toThrow(expect.objectContaining({ code: 'OUZEL_CORRUPT_BATCH', where: 't-3-0' }));
});

it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('refuses a block of %s that would fill the memory', (compression) => {
  const builder = new BatchBuilder();
  builder.append({ key: null, value: Buffer.alloc(129 * 1024 * 1024), headers: Headers.empty }, 1);
  const batch = new RecordBatch(builder.seal({ compression }));
  expect(() => batch.records(place)).toThrow(expect.objectContaining({ code: 'OUZEL_CORRUPT_BATCH' }));
});

it('refuses records that reach outside of their batch', () => {
  const batch = batchOf('none', 2);
  batch[61] = 0xfe;
  expect(() => new RecordBatch(batch).records(place)).toThrow(expect.objectContaining({ code: 'OUZEL_CORRUPT_BATCH' }));
});

it('waits for nothing when the codecs of a response are there', () => {
  expect(loadCodecsOf(batchesIn(batchOf('gzip', 1)))).toBeUndefined();
});

it('leaves out records before the position', () => {
  expect(new RecordBatch(batchOf('none', 5)).records(place, 3).map(({ offset }) => offset)).toEqual([3, 4]);
});

it('gives a batch to another producer', () => {
  const batch = batchOf('none', 2);
  restamp(batch, { producerId: 9, epoch: 2, sequence: 7 });
  const read = new RecordBatch(batch);
  read.check();
  expect(read).toMatchObject({ producerId: 9, producerEpoch: 2, baseSequence: 7, lastSequence: 8 });
});

describe('aborted transactions', () => {
  const written = (baseOffset: number, producerId: number, transactional: boolean) => {
    const builder = new BatchBuilder();
    builder.append({ key: null, value: Buffer.from('v'), headers: Headers.empty }, 1);
    return new RecordBatch(builder.seal({ baseOffset, transactional, stamp: { producerId, epoch: 0, sequence: 0 } }));
  };
  const end = (baseOffset: number, producerId: number, outcome: 'commit' | 'abort') =>
    new RecordBatch(encodeMarker(outcome, { baseOffset, producerId, epoch: 0, coordinatorEpoch: 0, timestamp: 1 }));

  it('hides what was aborted and the markers, and nothing else', () => {
    const filter = new AbortedTransactions([
      { producerId: 1, firstOffset: 4 },
      { producerId: 1, firstOffset: 0 },
    ]);
    const log = [
      written(0, 1, true),
      written(1, 2, true),
      end(2, 1, 'abort'),
      written(3, 1, false),
      written(4, 1, true),
      end(5, 2, 'commit'),
      end(6, 1, 'abort'),
      written(7, 1, true),
    ];
    expect(log.filter((batch) => !filter.hides(batch)).map((batch) => batch.baseOffset)).toEqual([1, 3, 7]);
  });
});
