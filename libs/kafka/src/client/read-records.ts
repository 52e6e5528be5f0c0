import type { Clock } from '@ouzel/core';
import type { Isolation } from './admin.js';
import type { KafkaDriver } from './driver.js';
import { DriverError } from './failures.js';
import { PartitionMap } from './partition-map.js';
import type { ConsumerRecord } from './records.js';
import { partitionName, type TopicPartition } from './topic-partition.js';

/** A part of a partition. */
export interface OffsetRange extends TopicPartition {
  /** The first offset. */
  readonly from: number;
  /** The offset behind the last one; Infinity: the reading has no end. */
  readonly to: number;
}

export interface ReadOptions {
  /** Default: read_committed. */
  readonly isolation?: Isolation;
  /** Ends the reading when it aborts. */
  readonly signal?: AbortSignal;
}

/** Records per turn, over all partitions. */
const takeRecords = 1_000;

/** How long the reader of a range that has an end waits for Kafka, ms. */
const patienceMs = 30_000;

/**
 * Reads parts of partitions without a group, and ends behind the last one. The records of a partition come in order. The
 * bytes of a record are good until the next one is asked for. Throws the failure of a partition that can not be read,
 * and OUZEL_DRIVER where Kafka sends nothing for 30 s although a range is not at its end.
 */
export async function* readRecords(
  driver: KafkaDriver,
  ranges: readonly OffsetRange[],
  clock: Clock,
  { isolation = 'read_committed', signal }: ReadOptions = {},
): AsyncGenerator<ConsumerRecord, void, void> {
  const open = PartitionMap.of(ranges.filter(({ from, to }) => from < to));
  const fetcher = driver.createFetcher({ isolation, maxWaitMs: 500, maxBytes: 4_194_304 });
  const wake = () => fetcher.wake();
  signal?.addEventListener('abort', wake);
  try {
    for (const range of open.values()) fetcher.assign(range, range.from);
    for (let since = clock.monotonic(); open.size > 0 && !isOver(signal);) {
      const batches = fetcher.take(takeRecords);
      if (batches.length > 0) since = clock.monotonic();
      else if (clock.monotonic() - since > patienceMs && hasEnd(open)) throw nothingCame(open);
      for (const { topic, partition, records, nextOffset, error } of batches) {
        const range = open.get({ topic, partition });
        if (range === undefined) continue;
        for (const record of records) if (record.offset < range.to && !isOver(signal)) yield record;
        if (error !== undefined) throw error;
        if (nextOffset < range.to) continue;
        open.delete(range);
        fetcher.unassign(range);
      }
      if (open.size > 0 && !isOver(signal)) await fetcher.wait(100);
    }
  } finally {
    signal?.removeEventListener('abort', wake);
    await fetcher.close();
  }
}

function isOver(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function hasEnd(open: PartitionMap<OffsetRange>): boolean {
  return [...open.values()].some(({ to }) => to !== Infinity);
}

function nothingCame(open: PartitionMap<OffsetRange>): DriverError {
  return new DriverError('retriable', -1, {
    what: `Kafka sent no record for ${patienceMs / 1_000} s`,
    where: [...open.values()].map(partitionName).join(', '),
  });
}
