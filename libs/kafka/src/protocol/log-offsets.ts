import type { Isolation, PartitionOffset, TopicPartition } from '../client/index.js';
import type { Api } from './api.js';
import { byTopic } from './by-topic.js';
import { isolationLevel } from './fetch.js';

export interface LogOffset extends TopicPartition {
  readonly errorCode: number;
  readonly offset: number;
}

/** Timestamps that ask for an end of the log (ListOffsets). */
export const Timestamp = { latest: -1, earliest: -2 } as const;

/**
 * Finds the first offset at or after a timestamp; -1 when there is none.
 *
 *   request  = replica int32 | isolation int8 | [topic | [partition int32 | leader epoch int32 | timestamp int64]]
 *   response = throttle int32 | [topic | [partition int32 | error int16 | timestamp int64 | offset int64
 *            | leader epoch int32]]
 */
export const listOffsets: Api<
  { readonly isolation: Isolation; readonly timestamp: number; readonly partitions: readonly TopicPartition[] },
  readonly LogOffset[]
> = {
  key: 2,
  name: 'ListOffsets',
  versions: [5],
  flexibleFrom: 6,
  write(writer, { isolation, timestamp, partitions }) {
    writer.int32(-1).int8(isolationLevel(isolation));
    writer.array(byTopic(partitions), ([topic, list]) => {
      writer.string(topic).array(list, ({ partition }) => writer.int32(partition).int32(-1).int64(timestamp));
    });
  },
  read(reader) {
    reader.int32();
    const offsets: LogOffset[] = [];
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => {
        const partition = reader.int32();
        const errorCode = reader.int16();
        reader.int64();
        offsets.push({ topic, partition, errorCode, offset: reader.int64() });
        reader.int32();
      });
    });
    return offsets;
  },
};

/**
 * Deletes the records before given offsets.
 *
 *   request  = [topic | [partition int32 | offset int64]] | timeout int32
 *   response = throttle int32 | [topic | [partition int32 | low watermark int64 | error int16]]
 */
export const deleteRecords: Api<{ readonly before: readonly PartitionOffset[]; readonly timeoutMs: number }, readonly LogOffset[]> = {
  key: 21,
  name: 'DeleteRecords',
  versions: [1],
  flexibleFrom: 2,
  write(writer, { before, timeoutMs }) {
    writer.array(byTopic(before), ([topic, list]) => {
      writer.string(topic).array(list, ({ partition, offset }) => writer.int32(partition).int64(offset));
    });
    writer.limit(timeoutMs);
  },
  read(reader) {
    reader.int32();
    const offsets: LogOffset[] = [];
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => {
        const partition = reader.int32();
        const offset = reader.int64();
        offsets.push({ topic, partition, offset, errorCode: reader.int16() });
      });
    });
    return offsets;
  },
};
