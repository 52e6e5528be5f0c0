import { setTimeout as sleep } from 'node:timers/promises';
import { Partitioners, type Kafka } from 'kafkajs';
import type { LogRecord, Logs, PartitionLog, TopicName } from './verifier/log.js';

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
 * Reads all topics of a run with the `kafkajs` package, at both isolation levels. Nothing may write to them any more.
 * A record behind all others shows each reader where a partition ends: a transaction that does not end hides it from
 * the reader of committed records.
 */
export async function readLogs(kafka: Kafka, app: string, partitions: number): Promise<Logs> {
  const names = topicNames(app);
  const topics = Object.values(names);
  await writeSentinels(kafka, topics, partitions);
  const [committed, written] = await Promise.all([read(kafka, topics, partitions, false), read(kafka, topics, partitions, true)]);
  const logOf = (topic: string): PartitionLog[] =>
    Array.from({ length: partitions }, (_, partition) => {
      const [one, other] = [committed.get(`${topic}/${partition}`)!, written.get(`${topic}/${partition}`)!];
      return { committed: one.records, written: other.records, isStable: one.isComplete };
    });
  return Object.fromEntries(Object.entries(names).map(([name, topic]) => [name, logOf(topic)])) as unknown as Logs;
}

async function writeSentinels(kafka: Kafka, topics: readonly string[], partitions: number): Promise<void> {
  const producer = kafka.producer({ allowAutoTopicCreation: false, createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const messages = Array.from({ length: partitions }, (_, partition) => ({ partition, key: sentinel, value: sentinel }));
  await producer.sendBatch({ topicMessages: topics.map((topic) => ({ topic, messages })) });
  await producer.disconnect();
}

interface PartitionRead {
  readonly records: LogRecord[];
  /** The offset of the last record. */
  last: number;
  isComplete: boolean;
}

async function read(
  kafka: Kafka,
  topics: readonly string[],
  partitions: number,
  readUncommitted: boolean,
): Promise<Map<string, PartitionRead>> {
  const found = new Map<string, PartitionRead>();
  for (const topic of topics)
    for (let partition = 0; partition < partitions; partition++)
      found.set(`${topic}/${partition}`, { records: [], last: -1, isComplete: false });
  const groupId = `${topics[0]}-reader-${readUncommitted}`;
  const consumer = kafka.consumer({ groupId, readUncommitted, maxWaitTimeInMs: 200, maxBytesPerPartition: 4_194_304 });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const read = found.get(`${batch.topic}/${batch.partition}`)!;
      for (const { key, value, offset, timestamp } of batch.messages) {
        // A reader that lost its connection may begin again.
        if (Number(offset) <= read.last) continue;
        read.last = Number(offset);
        if (String(key) === sentinel) read.isComplete = true;
        else
          read.records.push({ key: String(key), value: textOf(batch.topic, value), offset: Number(offset), timestamp: Number(timestamp) });
      }
    },
  });
  const isComplete = () => [...found.values()].every((read) => read.isComplete);
  for (const deadline = Date.now() + readDeadlineMs; !isComplete() && Date.now() < deadline;) await sleep(50);
  await consumer.disconnect();
  return found;
}

/** A changelog of counts has numbers of eight bytes. */
function textOf(topic: string, value: Buffer | null): string | null {
  if (value === null) return null;
  return topic.endsWith('-changelog') ? String(value.readBigInt64BE()) : value.toString();
}
