import type { GroupIdentity, OffsetCommit, TopicPartition } from '../client/index.js';
import type { Api } from './api.js';
import { byTopic } from './by-topic.js';
import { readPartitionResults, writeOffsetCommits, type PartitionResult } from './committed-offsets.js';

/** Producer id and epoch: who writes, as the brokers check it. */
export interface ProducerIdentity {
  readonly producerId: number;
  readonly epoch: number;
}
export interface TransactionRequest extends ProducerIdentity {
  readonly transactionalId: string;
}

/**
 * A new identity, or with an identity the next epoch of it (KIP-360). Fences former producers of the transactional id.
 *
 *   request  = transactional id? | transaction timeout int32 | producer int64 | epoch int16
 *   response = throttle int32 | error int16 | producer int64 | epoch int16
 */
export const initProducerId: Api<
  ProducerIdentity & { readonly transactionalId: string | null; readonly transactionTimeoutMs: number },
  ProducerIdentity & { readonly errorCode: number }
> = {
  key: 22,
  name: 'InitProducerId',
  versions: [3, 4],
  flexibleFrom: 2,
  write(writer, { transactionalId, transactionTimeoutMs, producerId, epoch }) {
    writer.string(transactionalId).int32(transactionTimeoutMs).int64(producerId).int16(epoch).tags();
  },
  read(reader) {
    reader.int32();
    return { errorCode: reader.int16(), producerId: reader.int64(), epoch: reader.int16() };
  },
};

/**
 * Versions above 3 are for brokers only: from a client they damage the transactional id (protocol error on brokers without transaction version 2).
 *
 *   request  = transactional id | producer int64 | epoch int16 | [topic | [partition int32]]
 *   response = throttle int32 | results
 */
export const addPartitionsToTxn: Api<TransactionRequest & { readonly partitions: readonly TopicPartition[] }, readonly PartitionResult[]> =
  {
    key: 24,
    name: 'AddPartitionsToTxn',
    versions: [1, 2],
    flexibleFrom: 3,
    write(writer, { transactionalId, producerId, epoch, partitions }) {
      writer.string(transactionalId).int64(producerId).int16(epoch);
      writer.array(byTopic(partitions), ([topic, list]) => {
        writer.string(topic).array(list, ({ partition }) => writer.int32(partition));
      });
    },
    read(reader) {
      reader.int32();
      return readPartitionResults(reader);
    },
  };

/**
 *   request  = transactional id | producer int64 | epoch int16 | group
 *   response = throttle int32 | error int16
 */
export const addOffsetsToTxn: Api<TransactionRequest & { readonly group: string }, { readonly errorCode: number }> = {
  key: 25,
  name: 'AddOffsetsToTxn',
  versions: [1, 2],
  flexibleFrom: 3,
  write(writer, { transactionalId, producerId, epoch, group }) {
    writer.string(transactionalId).int64(producerId).int16(epoch).string(group);
  },
  read(reader) {
    reader.int32();
    return { errorCode: reader.int16() };
  },
};

/**
 * Offsets that become visible with the transaction; the member is checked (KIP-447).
 *
 *   request  = transactional id | group | producer int64 | epoch int16 | generation int32 | member | instance? | offsets
 *   response = throttle int32 | results
 */
export const txnOffsetCommit: Api<
  TransactionRequest & { readonly identity: GroupIdentity; readonly offsets: readonly OffsetCommit[] },
  readonly PartitionResult[]
> = {
  key: 28,
  name: 'TxnOffsetCommit',
  versions: [3],
  flexibleFrom: 3,
  write(writer, { transactionalId, producerId, epoch, identity, offsets }) {
    writer.string(transactionalId).string(identity.group).int64(producerId).int16(epoch);
    writer
      .int32(identity.generation)
      .string(identity.memberId)
      .string(identity.instanceId ?? null);
    writeOffsetCommits(writer, offsets);
    writer.tags();
  },
  read(reader) {
    reader.int32();
    return readPartitionResults(reader);
  },
};

/**
 *   request  = transactional id | producer int64 | epoch int16 | committed bool
 *   response = throttle int32 | error int16
 */
export const endTxn: Api<TransactionRequest & { readonly outcome: 'commit' | 'abort' }, { readonly errorCode: number }> = {
  key: 26,
  name: 'EndTxn',
  versions: [1, 2],
  flexibleFrom: 3,
  write(writer, { transactionalId, producerId, epoch, outcome }) {
    writer
      .string(transactionalId)
      .int64(producerId)
      .int16(epoch)
      .bool(outcome === 'commit');
  },
  read(reader) {
    reader.int32();
    return { errorCode: reader.int16() };
  },
};
