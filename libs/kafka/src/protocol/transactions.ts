import type { GroupIdentity, OffsetCommit, TopicPartition } from '../client/index.js';
import type { Api } from './api.js';
import { byTopic } from './by-topic.js';
import { readPartitionResults, writeOffsetCommits, type PartitionResult } from './committed-offsets.js';

/** Producer id and epoch, by which brokers check the writer of a batch. */
export interface ProducerIdentity {
  readonly producerId: number;
  readonly epoch: number;
}
/** Stands for no identity. */
export const noProducer: ProducerIdentity = { producerId: -1, epoch: -1 };

export interface TransactionRequest extends ProducerIdentity {
  readonly transactionalId: string;
}

/**
 * Obtains a new identity, or the next epoch of the one that is given (KIP-360). With a transactional id it fences
 * former producers and ends the transaction that they left open. A producer without an identity sends -1 and -1.
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
    writer.string(transactionalId).limit(transactionTimeoutMs).int64(producerId).int16(epoch).tags();
  },
  read(reader) {
    reader.int32();
    return { errorCode: reader.int16(), producerId: reader.int64(), epoch: reader.int16() };
  },
};

/**
 * Makes partitions part of the transaction. Transaction version 1 only.
 *
 * Versions above 3 are for brokers: sent by a client, they damage the transactional id on a broker of transaction
 * version 0.
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
 * Makes the offsets of a group part of the transaction. Transaction version 1 only.
 *
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

export type TxnOffsetCommitApi = Api<
  TransactionRequest & { readonly identity: GroupIdentity; readonly offsets: readonly OffsetCommit[] },
  readonly PartitionResult[]
>;

/**
 * Writes offsets that become visible when the transaction is committed. The broker checks the member (KIP-447).
 *
 *   request  = transactional id | group | producer int64 | epoch int16 | generation int32 | member | instance?
 *            | offsets
 *   response = throttle int32 | results
 */
export const txnOffsetCommit: TxnOffsetCommitApi = {
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

/** The version that makes the offsets part of the transaction by itself (KIP-890, transaction version 2). */
export const txnOffsetCommitAndAdd: TxnOffsetCommitApi = { ...txnOffsetCommit, versions: [5] };

export type EndTxnApi = Api<
  TransactionRequest & { readonly outcome: 'commit' | 'abort' },
  ProducerIdentity & { readonly errorCode: number }
>;

/**
 * Ends the transaction. When it is sent again, it has no further effect, and INVALID_TXN_STATE means that the
 * transaction has ended with the other outcome.
 *
 * The identity in the response is the one of the next transaction (5+), else -1 and -1.
 *
 *   request  = transactional id | producer int64 | epoch int16 | committed bool
 *   response = throttle int32 | error int16 | (5+) producer int64 | (5+) epoch int16
 */
export const endTxn: EndTxnApi = {
  key: 26,
  name: 'EndTxn',
  versions: [1, 2],
  flexibleFrom: 3,
  write(writer, { transactionalId, producerId, epoch, outcome }) {
    writer
      .string(transactionalId)
      .int64(producerId)
      .int16(epoch)
      .bool(outcome === 'commit')
      .tags();
  },
  read(reader, version) {
    reader.int32();
    const errorCode = reader.int16();
    return version >= 5 ? { errorCode, producerId: reader.int64(), epoch: reader.int16() } : { errorCode, producerId: -1, epoch: -1 };
  },
};

/** The version that gives the producer another epoch (KIP-890, transaction version 2). */
export const endTxnAndBumpEpoch: EndTxnApi = { ...endTxn, versions: [5] };
