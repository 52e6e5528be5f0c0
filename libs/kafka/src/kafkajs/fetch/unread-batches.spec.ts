import { Headers } from '@ouzel/core';
import { BatchBuilder, encodeMarker, RecordBatch } from '../../records/index.js';
import { UnreadBatches } from './unread-batches.js';

const place = { topic: 'payment', partition: 3 };

function batch(baseOffset: number, values: readonly string[], header: { lastOffsetDelta?: number; producerId?: number } = {}): RecordBatch {
  const builder = new BatchBuilder();
  for (const value of values) builder.append({ key: null, value: Buffer.from(value), headers: Headers.empty }, 1);
  const { lastOffsetDelta, producerId } = header;
  const transactional = producerId === undefined ? {} : { transactional: true, stamp: { producerId, epoch: 0, sequence: 0 } };
  return new RecordBatch(builder.seal({ baseOffset, ...(lastOffsetDelta === undefined ? {} : { lastOffsetDelta }), ...transactional }));
}
function marker(baseOffset: number, outcome: 'commit' | 'abort', producerId: number): RecordBatch {
  return new RecordBatch(encodeMarker(outcome, { baseOffset, producerId, epoch: 0, coordinatorEpoch: 0, timestamp: 1 }));
}

describe('batches that have arrived', () => {
  const taken = (unread: UnreadBatches, max = 100) => unread.take(max).map(({ value, offset }) => `${value!.toString()}@${offset}`);

  it('are handed out in pieces, within a batch and across batches', () => {
    const unread = new UnreadBatches(place, false, 0);
    unread.add([batch(0, ['a', 'b', 'c']), batch(3, ['d'])], []);
    unread.add([batch(4, ['e', 'f'])], []);
    expect(taken(unread, 2)).toEqual(['a@0', 'b@1']);
    expect(unread.position).toBe(2);
    expect(taken(unread, 3)).toEqual(['c@2', 'd@3', 'e@4']);
    expect(unread.position).toBe(5);
    expect(unread.isEmpty).toBe(false);
    expect(taken(unread, 3)).toEqual(['f@5']);
    expect([unread.position, unread.isEmpty, unread.bytes]).toEqual([6, true, 0]);
    expect(taken(unread)).toEqual([]);
  });

  it('begin at the offset that was asked for, within a batch too', () => {
    const unread = new UnreadBatches(place, false, 4);
    unread.add([batch(0, ['a', 'b']), batch(2, ['c', 'd', 'e', 'f'])], []);
    expect(taken(unread)).toEqual(['e@4', 'f@5']);
  });

  it('move the position past what compaction removed', () => {
    const unread = new UnreadBatches(place, false, 0);
    unread.add([batch(0, ['a'], { lastOffsetDelta: 9 }), batch(10, [], { lastOffsetDelta: 4 })], []);
    expect(taken(unread)).toEqual(['a@0']);
    expect(taken(unread)).toEqual([]);
    expect(unread.position).toBe(15);
  });

  it('never show a marker', () => {
    const unread = new UnreadBatches(place, false, 0);
    unread.add([batch(0, ['a'], { producerId: 1 }), marker(1, 'abort', 1), batch(2, ['b'])], []);
    expect(taken(unread)).toEqual(['a@0', 'b@2']);
  });

  it('show what was committed behind a marker that is passed over', () => {
    const unread = new UnreadBatches(place, true, 2);
    const batches = [batch(0, ['aborted'], { producerId: 1 }), marker(1, 'abort', 1), batch(2, ['committed'], { producerId: 1 })];
    unread.add(batches, [{ producerId: 1, firstOffset: 0 }]);
    expect(taken(unread)).toEqual(['committed@2']);
  });

  it('hide what was aborted, when only what was committed is read', () => {
    const unread = new UnreadBatches(place, true, 0);
    const batches = [
      batch(0, ['aborted'], { producerId: 1 }),
      batch(1, ['other'], { producerId: 2 }),
      batch(2, ['plain']),
      marker(3, 'abort', 1),
      batch(4, ['committed'], { producerId: 1 }),
      marker(5, 'commit', 1),
      marker(6, 'commit', 2),
    ];
    unread.add(batches, [{ producerId: 1, firstOffset: 0 }]);
    expect(taken(unread)).toEqual(['other@1', 'plain@2', 'committed@4']);
    expect(unread.position).toBe(7);
  });

  it('move the position although everything is hidden', () => {
    const unread = new UnreadBatches(place, true, 0);
    unread.add([batch(0, ['aborted'], { producerId: 1 }), marker(1, 'abort', 1)], [{ producerId: 1, firstOffset: 0 }]);
    expect(unread.isEmpty).toBe(false);
    expect(taken(unread)).toEqual([]);
    expect([unread.position, unread.isEmpty]).toEqual([2, true]);
  });

  it('are refused when they are damaged, with the place but without the content', () => {
    const damaged = batch(7, ['secret']);
    damaged.bytes[65]! ^= 1;
    const unread = new UnreadBatches(place, false, 0);
    unread.add([damaged], []);
    expect(() => unread.take(1)).toThrow(expect.objectContaining({ code: 'OUZEL_CORRUPT_BATCH', where: 'payment-3@7' }));
  });

  it('give as many records as there are in one go, however many', () => {
    const unread = new UnreadBatches(place, false, 0);
    const values = Array.from({ length: 200_000 }, () => 'v');
    unread.add([batch(0, values), batch(200_000, ['last'])], []);
    expect(unread.take(1_000_000)).toHaveLength(200_001);
  });
});
