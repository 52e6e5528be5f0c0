import { setTimeout as sleep } from 'node:timers/promises';
import { Partitioners, type Batch, type Kafka } from 'kafkajs';
import type { Logs, PartitionLog, TopicName } from './verifier/log.js';
import { partitionLog, type RawRecord } from './verifier/partition-log.js';

const readDeadlineMs = 60_000;
/** The key of the record that is written behind all others. */
const sentinel = 'sentinel';

/** Returns the name of a topic of the verifier in Kafka. */
function topicNames(app: string): Readonly<Record<TopicName, string>> {
  const own = ['in', 'names', 'orders', 'customers', 'echo', 'ids', 'joined', 'counts', 'groups', 'final', 'enriched'] as const;
  return {
    ...(Object.fromEntries(own.map((name) => [name, `${app}-${name}`])) as Record<(typeof own)[number], string>),
    between: `${app}-between-repartition`,
    changelog: `${app}-counts-changelog`,
  };
}

/**
 * Reads all topics of a run with the `kafkajs` package. Nothing may write to them any more. A record behind all others
 * shows the reader where a partition ends, and a second reader, of committed records, finds it too: a transaction that
 * does not end hides it.
 *
 * What was committed is told by the markers. The filter of kafkajs 2.2.4 lets aborted records pass where transactions
 * overlap, because it takes Kafka's list of them to be in the order of their first offsets.
 */
export async function readLogs(kafka: Kafka, app: string, partitions: number): Promise<Logs> {
  const names = topicNames(app);
  const topics = Object.values(names);
  await writeSentinels(kafka, topics, partitions);
  const [committed, written] = await Promise.all([read(kafka, topics, partitions, false), read(kafka, topics, partitions, true)]);
  const logOf = (topic: string): PartitionLog[] =>
    Array.from({ length: partitions }, (_, partition) => {
      const { records, isComplete } = written.get(`${topic}/${partition}`)!;
      if (!isComplete) throw new Error(`${topic}-${partition} could not be read to its end`);
      return partitionLog(records, committed.get(`${topic}/${partition}`)!.isComplete);
    });
  return Object.fromEntries(Object.entries(names).map(([name, topic]) => [name, logOf(topic)])) as Readonly<
    Record<TopicName, PartitionLog[]>
  >;
}

async function writeSentinels(kafka: Kafka, topics: readonly string[], partitions: number): Promise<void> {
  const producer = kafka.producer({ allowAutoTopicCreation: false, createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const messages = Array.from({ length: partitions }, (_, partition) => ({ partition, key: sentinel, value: sentinel }));
  await producer.sendBatch({ topicMessages: topics.map((topic) => ({ topic, messages })) });
  await producer.disconnect();
}

interface PartitionRead {
  readonly records: RawRecord[];
  isComplete: boolean;
}

/** A record of `rawMessages`: kafkajs has it, and its types do not. */
interface RawMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly offset: string;
  readonly timestamp: string;
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

async function read(
  kafka: Kafka,
  topics: readonly string[],
  partitions: number,
  readUncommitted: boolean,
): Promise<Map<string, PartitionRead>> {
  const found = new Map<string, PartitionRead>();
  for (const topic of topics)
    for (let partition = 0; partition < partitions; partition++) found.set(`${topic}/${partition}`, { records: [], isComplete: false });
  const groupId = `${topics[0]}-reader-${readUncommitted}`;
  const consumer = kafka.consumer({
    groupId,
    readUncommitted,
    maxWaitTimeInMs: 200,
    maxBytesPerPartition: 16_777_216,
    maxBytes: 67_108_864,
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }: { batch: Batch & { readonly rawMessages?: readonly RawMessage[] } }) => {
      const read = found.get(`${batch.topic}/${batch.partition}`)!;
      for (const message of batch.rawMessages ?? []) {
        // A reader that lost its connection may begin again.
        if (Number(message.offset) <= (read.records.at(-1)?.offset ?? -1) || read.isComplete) continue;
        if (String(message.key) === sentinel) read.isComplete = true;
        else read.records.push(rawRecord(batch.topic, message));
      }
    },
  });
  const isComplete = () => [...found.values()].every((read) => read.isComplete);
  for (const deadline = Date.now() + readDeadlineMs; !isComplete() && Date.now() < deadline;) await sleep(50);
  await consumer.disconnect();
  return found;
}

function rawRecord(topic: string, { key, value, offset, timestamp, isControlRecord, batchContext }: RawMessage): RawRecord {
  return {
    key: String(key),
    value: isControlRecord ? null : textOf(topic, value),
    offset: Number(offset),
    timestamp: Number(timestamp),
    transactionOf: batchContext.inTransaction ? batchContext.producerId : undefined,
    // The key of a marker is its version and its type, of two bytes each: 0 aborts, 1 commits.
    marker: isControlRecord ? (key!.readInt16BE(2) === 1 ? 'commit' : 'abort') : undefined,
  };
}

/** A changelog of counts has numbers of eight bytes. */
function textOf(topic: string, value: Buffer | null): string | null {
  if (value === null) return null;
  return topic.endsWith('-changelog') ? String(value.readBigInt64BE()) : value.toString();
}
