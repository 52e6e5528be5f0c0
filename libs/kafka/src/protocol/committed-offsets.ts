import type { CommittedOffset, GroupIdentity, OffsetCommit, TopicPartition } from '../client/index.js';
import type { Api } from './api.js';
import { byTopic } from './by-topic.js';
import type { RequestWriter } from './request-writer.js';
import type { ResponseReader } from './response-reader.js';

export interface PartitionResult extends TopicPartition {
  readonly errorCode: number;
}

/** Writes [topic | [partition int32 | offset int64 | leader epoch int32 | metadata?]]. */
export function writeOffsetCommits(writer: RequestWriter, offsets: readonly OffsetCommit[]): void {
  writer.array(byTopic(offsets), ([topic, list]) => {
    writer.string(topic).array(list, ({ partition, offset, metadata }) => {
      writer.int32(partition).int64(offset).int32(-1).string(metadata).tags();
    });
    writer.tags();
  });
}

/** Reads [topic | [partition int32 | error int16]]. */
export function readPartitionResults(reader: ResponseReader): readonly PartitionResult[] {
  const results: PartitionResult[] = [];
  reader.array(() => {
    const topic = reader.string();
    reader.array(() => {
      results.push({ topic, partition: reader.int32(), errorCode: reader.int16() });
      reader.tags();
    });
    reader.tags();
  });
  return results;
}

/**
 * Commits offsets of a group in the name of a member.
 *
 *   request  = group | generation int32 | member | instance? | offsets
 *   response = throttle int32 | results
 */
export const offsetCommit: Api<
  { readonly identity: GroupIdentity; readonly offsets: readonly OffsetCommit[] },
  readonly PartitionResult[]
> = {
  key: 8,
  name: 'OffsetCommit',
  versions: [7],
  flexibleFrom: 8,
  write(writer, { identity, offsets }) {
    writer
      .string(identity.group)
      .int32(identity.generation)
      .string(identity.memberId)
      .string(identity.instanceId ?? null);
    writeOffsetCommits(writer, offsets);
  },
  read(reader) {
    reader.int32();
    return readPartitionResults(reader);
  },
};

/**
 * Reads the committed offsets of a group. An offset that an open transaction may still change comes back as
 * UNSTABLE_OFFSET_COMMIT (require stable, KIP-447).
 *
 *   request  = group | [topic | [partition int32]]? | require stable bool
 *   response = throttle int32
 *            | [topic | [partition int32 | offset int64 | leader epoch int32 | metadata? | error int16]] | error int16
 */
export const offsetFetch: Api<
  { readonly group: string; readonly partitions: readonly TopicPartition[] },
  { readonly errorCode: number; readonly offsets: readonly (CommittedOffset & PartitionResult)[] }
> = {
  key: 9,
  name: 'OffsetFetch',
  versions: [7],
  flexibleFrom: 6,
  write(writer, { group, partitions }) {
    writer.string(group);
    writer.array(byTopic(partitions), ([topic, list]) => {
      writer.string(topic).array(list, ({ partition }) => writer.int32(partition));
      writer.tags();
    });
    writer.bool(true).tags();
  },
  read(reader) {
    reader.int32();
    const offsets: (CommittedOffset & PartitionResult)[] = [];
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => {
        const partition = reader.int32();
        const offset = reader.int64();
        reader.int32();
        const metadata = reader.string();
        offsets.push({ topic, partition, offset, metadata, errorCode: reader.int16() });
        reader.tags();
      });
      reader.tags();
    });
    return { offsets, errorCode: reader.int16() };
  },
};
