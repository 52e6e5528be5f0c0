import { silentLogger, systemClock } from '@ouzel/core';
import { IdleSources } from './idle-sources.js';
import { PartitionGroup } from './partition-group.js';
import type { RecordQueue } from './record-queue.js';
import { TimeJumps } from './time-jumps.js';

/** Two inputs whose last records were of 500 and 700. */
function inputs(lags: Record<string, number | undefined>) {
  const queue = (topic: string, partitionTime: number) => ({ topic, partitionTime, size: 0 }) as RecordQueue;
  const lag = { of: ({ topic }: RecordQueue) => lags[topic] };
  const jumps = new TimeJumps({ task: '0_0', stores: [], limitMs: Infinity, clock: systemClock, logger: silentLogger });
  return new IdleSources(new PartitionGroup([queue('a', 500), queue('b', 700)], lag, 0, jumps), lag, 1_000, 10_000);
}

it('lets event time go on from the newest record, with the wall clock since the last one taken', () => {
  const sources = inputs({ a: 0, b: 0 });
  expect(sources.timeAt(10_999)).toBeUndefined();
  expect(sources.timeAt(11_000)).toBe(1_700);
  sources.woken(11_500);
  expect(sources.timeAt(12_000)).toBeUndefined();
  expect(sources.timeAt(13_000)).toBe(2_200);
});

it.each([
  ['has records on the broker', 1],
  ['is not known to be at its end', undefined],
])('waits while an input %s', (_, lag) => {
  expect(inputs({ a: 0, b: lag }).timeAt(99_000)).toBeUndefined();
});
