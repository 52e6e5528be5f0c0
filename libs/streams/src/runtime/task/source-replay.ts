import type { Clock } from '@ouzel/core';
import type { ConsumerRecord, TopicPartition } from '@ouzel/kafka';
import { Source } from '../../operators/source.js';
import { resolveExtractor } from '../../processor/timestamps.js';
import type { ChangelogRecord } from '../../state/state-store.js';
import type { SourceSpec } from '../../topology/plan.js';
import { decodingOf, type SerdeDefaults } from './node-graph.js';
import { RecordQueue } from './record-queue.js';

export interface SourceReplayParts extends TopicPartition {
  readonly spec: SourceSpec;
  readonly defaults: SerdeDefaults;
  readonly clock: Clock;
  /** The highest time of the partition before the first record that is read; -1 where it is read from its beginning. */
  readonly partitionTime: number;
}

/**
 * Reads the records of a source topic that serves as changelog as the source reads them: leaves out those that the
 * source drops, and gives the others the time of its extractor. Kafka Streams copies all of them as they are, so that a
 * record that was skipped comes back as a row.
 */
export class SourceReplay {
  private readonly queue: RecordQueue;

  constructor({ topic, partition, spec, defaults, clock, partitionTime }: SourceReplayParts) {
    const decoding = decodingOf(spec, new Source(), defaults);
    const { timestamp } = decoding;
    const extractor = timestamp === undefined ? undefined : resolveExtractor(timestamp, () => clock.now());
    // Drops were counted and reported when the task processed these records.
    const silent = { invalidTimestamp() {}, outOfBounds() {}, undecodable() {} };
    this.queue = new RecordQueue(topic, partition, { ...decoding, extractor }, 0, silent);
    this.queue.partitionTime = partitionTime;
  }

  /** Returns what is left of these records, which follow those of the call before. */
  read(records: readonly ConsumerRecord[], nextOffset: number): ChangelogRecord[] {
    const { queue } = this;
    const kept: ChangelogRecord[] = [];
    queue.add(records, nextOffset);
    while (queue.head !== undefined) {
      const { sourceKey, sourceValue, timestamp, headers } = queue.take();
      kept.push({ key: sourceKey!, value: sourceValue, timestamp, headers });
      queue.advance();
    }
    return kept;
  }
}
