import { Headers } from '@ouzel/core';
import { BatchBuilder, RecordBatch } from '../records/index.js';
import { ProducerStates } from './producer-states.js';

function batch(sequence: number, count: number, baseOffset: number, epoch = 0): RecordBatch {
  const builder = new BatchBuilder();
  for (let i = 0; i < count; i++) builder.append({ key: null, value: null, headers: Headers.empty }, 1);
  return new RecordBatch(builder.seal({ baseOffset, stamp: { producerId: 7, epoch, sequence } }));
}
const code = (kafkaCode: number) => expect.objectContaining({ kafkaCode }) as Error;

describe('what a partition knows of a producer', () => {
  const after = (...batches: RecordBatch[]) => {
    const states = new ProducerStates();
    for (const written of batches) states.add(written);
    return (next: RecordBatch) => states.check(next, 'here');
  };

  it('takes an unknown producer at any sequence number, then one batch after the other', () => {
    expect(after()(batch(40, 1, 0))).toBeUndefined();
    const check = after(batch(40, 2, 0));
    expect(check(batch(42, 1, 2))).toBeUndefined();
    expect(() => check(batch(43, 1, 2))).toThrow(code(45));
    expect(() => check(batch(41, 1, 2))).toThrow(code(45));
  });

  it('answers a repetition with the offset that it got, as long as it is one of the last five', () => {
    const check = after(...[0, 1, 2, 3, 4, 5].map((sequence) => batch(sequence, 1, 100 + sequence)));
    expect(check(batch(1, 1, 0))).toBe(101);
    expect(check(batch(5, 1, 0))).toBe(105);
    expect(() => check(batch(0, 1, 0))).toThrow(code(45));
  });

  it('goes from the highest sequence number on to 0', () => {
    const check = after(batch(2 ** 31 - 2, 2, 0));
    expect(check(batch(0, 1, 2))).toBeUndefined();
    expect(() => check(batch(1, 1, 2))).toThrow(code(45));
  });

  it('begins a new epoch at 0, and refuses the former', () => {
    const check = after(batch(0, 3, 0));
    expect(() => check(batch(3, 1, 3, 1))).toThrow(code(45));
    expect(check(batch(0, 1, 3, 1))).toBeUndefined();
    expect(() => after(batch(0, 1, 0, 1))(batch(1, 1, 1, 0))).toThrow(code(47));
  });
});
