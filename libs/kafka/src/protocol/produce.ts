import type { TopicPartition } from '../client/index.js';
import type { Api } from './api.js';
import { byTopic } from './by-topic.js';

export interface ProduceRequest {
  readonly transactionalId: string | null;
  readonly timeoutMs: number;
  /** At most one of each partition. */
  readonly batches: readonly ProduceBatch[];
}
/** One encoded record batch. */
export interface ProduceBatch extends TopicPartition {
  readonly bytes: Buffer;
}
export interface ProducedPartition extends TopicPartition {
  readonly errorCode: number;
  readonly baseOffset: number;
  readonly message: string | null;
  /** The records that were refused, by their place in the batch. */
  readonly recordErrors: readonly { readonly index: number; readonly message: string | null }[];
}
export type ProduceApi = Api<ProduceRequest, readonly ProducedPartition[]>;

const allInSyncReplicas = -1;

/**
 * Writes record batches, to be acknowledged by all replicas in sync. The batches are not copied into the request.
 *
 *   request  = transactional id? | acks int16 | timeout int32 | [topic | [partition int32 | batch bytes]]
 *   response = [topic | [partition int32 | error int16 | base offset int64 | append time int64 | log start int64
 *            | [index int32 | message?] | message?]] | throttle int32
 */
export const produce: ProduceApi = {
  key: 0,
  name: 'Produce',
  versions: [8],
  flexibleFrom: 9,
  write(writer, { transactionalId, timeoutMs, batches }) {
    writer.string(transactionalId).int16(allInSyncReplicas).limit(timeoutMs);
    writer.array(byTopic(batches), ([topic, partitions]) => {
      writer.string(topic).array(partitions, ({ partition, bytes }) => writer.int32(partition).gathered(bytes).tags());
      writer.tags();
    });
    writer.tags();
  },
  read(reader) {
    const partitions: ProducedPartition[] = [];
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => {
        const partition = reader.int32();
        const errorCode = reader.int16();
        const baseOffset = reader.int64();
        reader.int64();
        reader.int64();
        const recordErrors = reader.array(() => {
          const error = { index: reader.int32(), message: reader.nullableString() };
          reader.tags();
          return error;
        });
        partitions.push({ topic, partition, errorCode, baseOffset, recordErrors, message: reader.nullableString() });
        reader.tags();
      });
      reader.tags();
    });
    return partitions;
  },
};

/** The version that makes a partition part of the transaction by writing to it (KIP-890, transaction version 2). */
export const produceAndAddPartitions: ProduceApi = { ...produce, versions: [12] };
