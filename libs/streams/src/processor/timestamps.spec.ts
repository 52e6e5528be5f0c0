import { StreamRecord } from '../record/record.js';
import { timestamps } from './timestamps.js';

const at = (timestamp: number) =>
  Object.assign(new StreamRecord<unknown, unknown>('k', 'v', timestamp), { topic: 'in', partition: 0, offset: 7 });

describe('timestamp extractors', () => {
  it('drop an invalid timestamp by answering it', () => {
    expect(timestamps.skipInvalid(at(-5), 100)).toBe(-5);
    expect(timestamps.skipInvalid(at(5), 100)).toBe(5);
  });

  it('or take the time of the partition instead', () => {
    expect(timestamps.partitionTimeIfInvalid(at(-5), 100)).toBe(100);
    expect(timestamps.partitionTimeIfInvalid(at(5), 100)).toBe(5);
  });

  it('leave the wall clock to the client', () => {
    expect(() => timestamps.wallClock(at(5), 100)).toThrow(/Give it to the source itself/);
  });
});
