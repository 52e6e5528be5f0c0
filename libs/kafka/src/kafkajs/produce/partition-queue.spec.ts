import { systemClock, Headers } from '@ouzel/core';
import { RecordBatch } from '../../records/index.js';
import { DriverError, type ProducerRecord } from '../../client/index.js';
import { Backoff } from '../connection/retry.js';
import { PartitionQueue } from './partition-queue.js';
import { ProducerBatch } from './producer-batch.js';

const identity = { producerId: 7, epoch: 0 };
const failure = new DriverError('retriable', 6, { what: 'the leader moved' });

describe('the batches of a partition', () => {
  let queue: PartitionQueue<ProducerBatch>;
  let told: string[];
  let settled: ProducerBatch[];

  beforeEach(() => {
    queue = new PartitionQueue('payment', 0, new Backoff({ clock: systemClock, random: { next: () => 0.5, uuid: () => '' } }));
    told = [];
    settled = [];
  });

  const record = (value: string): ProducerRecord => ({
    topic: 'payment',
    partition: 0,
    key: null,
    value: Buffer.from(value),
    timestamp: 1,
    headers: Headers.empty,
    delivery: {
      delivered: (_place, offset) => told.push(`${value}@${offset}`),
      failed: ({ value: bytes }, { kind }) => told.push(`${bytes!.toString()}: ${kind}`),
    },
  });
  const batch = (...values: string[]) => {
    const form = { compression: 'none', transactional: false, settled: (done: ProducerBatch) => settled.push(done) } as const;
    const made = new ProducerBatch(queue, form, 0, 0, 64);
    for (const value of values) made.append(record(value), 1);
    queue.push(made);
    return made;
  };
  const sequenceOf = (sent: ProducerBatch) => new RecordBatch(sent.encode()).baseSequence;
  const sendAll = () => {
    const sent: ProducerBatch[] = [];
    for (let next = queue.next(); next !== undefined; next = queue.next()) {
      queue.depart(identity);
      sent.push(next);
    }
    return sent;
  };
  /** As after a first acknowledgement. */
  const warmUp = () => {
    const first = batch('first');
    sendAll();
    queue.acknowledged(first, 0);
  };

  it('are numbered by records, and go out one by one until the first was acknowledged', () => {
    const [a, b, c] = [batch('1', '2'), batch('3'), batch('4')];
    expect(sendAll()).toEqual([a]);
    queue.acknowledged(a, 1);
    expect(sendAll()).toEqual([b, c]);
    expect([a, b, c].map(sequenceOf)).toEqual([0, 2, 3]);
    expect(queue.lastOffset).toBe(1);
  });

  it('are sent again in their order and under their numbers, whatever the order of the answers', () => {
    warmUp();
    const [a, b, c, d] = [batch('a'), batch('b'), batch('c'), batch('d')];
    expect(sendAll()).toEqual([a, b, c, d]);
    queue.notWritten(c, [c], undefined);
    queue.notWritten(a, [a], failure);
    expect(queue.recover()).toBe(false);
    expect(queue.next()).toBeUndefined();
    queue.acknowledged(d, 9);
    queue.notWritten(b, [b], undefined);
    expect(queue.recover()).toBe(true);
    expect(sendAll()).toEqual([a, b, c]);
    expect([a, b, c].map(sequenceOf)).toEqual([1, 2, 3]);
  });

  it('know that a sequence error tells no more than that one before is missing', () => {
    warmUp();
    const [a, b] = [batch('a'), batch('b')];
    sendAll();
    expect(queue.followsAnother(a)).toBe(false);
    expect(queue.followsAnother(b)).toBe(true);
    queue.acknowledged(a, 1);
    expect(queue.followsAnother(b)).toBe(false);
  });

  it('lose their numbers when one before them is given up, and begin anew under the next identity', () => {
    warmUp();
    const [a, b] = [batch('a'), batch('b')];
    sendAll();
    queue.breakSequence();
    queue.notWritten(a, [], undefined);
    expect(queue.isNumbered(identity)).toBe(true);
    queue.notWritten(b, [b], undefined);
    expect(queue.recover()).toBe(true);
    expect(queue.isNumbered(identity)).toBe(false);

    const next = { producerId: 7, epoch: 1 };
    queue.depart(next);
    const sent = new RecordBatch(b.encode());
    expect([sent.producerEpoch, sent.baseSequence]).toEqual([1, 0]);
    expect(() => sent.check()).not.toThrow();
  });

  it('are split in halves that take their place and their numbers', () => {
    warmUp();
    const [whole, behind] = [batch('1', '2', '3'), batch('4')];
    sendAll();
    const halves = whole.halves();
    queue.notWritten(whole, halves, undefined);
    queue.notWritten(behind, [behind], undefined);
    queue.recover();
    expect(sendAll()).toEqual([...halves, behind]);
    expect([...halves, behind].map(sequenceOf)).toEqual([1, 2, 4]);

    queue.acknowledged(halves[0], 1);
    halves[0].acknowledge(1);
    expect(settled).toEqual([]);
    halves[1].acknowledge(2);
    expect(settled).toEqual([whole]);
    expect(told).toEqual(['1@1', '2@2', '3@3']);
  });

  it('leave out the records that were refused', () => {
    const whole = batch('1', '2', '3');
    sendAll();
    const [left] = whole.without(new Set([1]), new DriverError('record', 32, { what: 'too late' }));
    expect(told).toEqual(['2: record']);
    left!.acknowledge(5);
    expect(told).toEqual(['2: record', '1@5', '3@6']);
    expect(settled).toEqual([whole]);
  });

  it('are settled at once when no record is left', () => {
    const whole = batch('1');
    sendAll();
    expect(whole.without(new Set([0]), new DriverError('record', 32, { what: 'too late' }))).toEqual([]);
    expect(settled).toEqual([whole]);
  });

  it('are not changed by a sender that uses its buffers again', () => {
    const bytes = Buffer.from('old');
    const whole = batch();
    whole.append({ ...record('1'), value: bytes }, 1);
    whole.append(record('2'), 1);
    bytes.write('new');
    sendAll();
    const [first] = whole.halves();
    const [written] = new RecordBatch(first.encode()).records(queue);
    expect(written!.value!.toString()).toBe('old');
  });
});
