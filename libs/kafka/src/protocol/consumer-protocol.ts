import type { Assignment, MemberSubscription, Subscription, TopicPartition } from '../client/index.js';
import { byTopic } from './by-topic.js';
import { RequestWriter } from './request-writer.js';
import { ResponseReader } from './response-reader.js';

/**
 * The protocol type. The broker parses the metadata of its members; metadata that it can not parse blocks the group.
 */
export const consumerProtocolType = 'consumer';

/**
 * Encodes the subscription of a member (ConsumerProtocolSubscription version 1).
 *
 *   version int16 | [topic] | user data bytes? | owned: [topic | [partition int32]]
 */
export function encodeSubscription({ topics, userData, owned }: Subscription): Buffer {
  const writer = RequestWriter.classic().int16(1);
  writer.array(topics, (topic) => writer.string(topic)).bytes(userData);
  writePartitions(writer, owned);
  return writer.finish();
}

export function decodeSubscription(member: {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly metadata: Buffer;
}): MemberSubscription {
  const reader = ResponseReader.classic(member.metadata);
  const version = reader.int16();
  return {
    memberId: member.memberId,
    instanceId: member.instanceId ?? undefined,
    topics: reader.array(() => reader.string()),
    userData: reader.bytes(),
    owned: version >= 1 ? readPartitions(reader) : [],
  };
}

/**
 * Encodes the assignment of a member (ConsumerProtocolAssignment version 1). Kafka's tools show its partitions.
 *
 *   version int16 | [topic | [partition int32]] | user data bytes?
 */
export function encodeAssignment({ partitions, userData }: Assignment): Buffer {
  const writer = RequestWriter.classic().int16(1);
  writePartitions(writer, partitions);
  return writer.bytes(userData).finish();
}

/** Decodes an assignment. An empty buffer is an empty assignment. */
export function decodeAssignment(bytes: Buffer): Assignment {
  if (bytes.length === 0) return { partitions: [], userData: Buffer.alloc(0) };
  const reader = ResponseReader.classic(bytes);
  reader.int16();
  return { partitions: readPartitions(reader), userData: reader.bytes() };
}

function writePartitions(writer: RequestWriter, partitions: readonly TopicPartition[]): void {
  writer.array(byTopic(partitions), ([topic, list]) => {
    writer.string(topic).array(list, ({ partition }) => writer.int32(partition));
  });
}

function readPartitions(reader: ResponseReader): TopicPartition[] {
  const partitions: TopicPartition[] = [];
  reader.array(() => {
    const topic = reader.string();
    reader.array(() => partitions.push({ topic, partition: reader.int32() }));
  });
  return partitions;
}
