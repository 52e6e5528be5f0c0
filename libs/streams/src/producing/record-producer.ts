import { asError, Headers, OuzelError, SerdeError, whatOf } from '@ouzel/core';
import type { RecordMetadata } from '../record/record.js';
import { serialized, type Serde } from '../serdes/serde.js';
import type { EncodedRecord, RecordWriter } from './record-writer.js';
import { firstOf, type KeyOf, type SerdesByTopic, type TopicSerdes, type ValueOf } from './topic-serdes.js';

/** A record to write. */
export interface OutgoingRecord<K, V> {
  /**
   * Decides the partition, as Kafka's own producers do (murmur2). Records without a key go to the partitions in turn.
   *
   * @defaultValue null
   */
  readonly key?: K | null;
  /** Null deletes the key from tables. */
  readonly value: V | null;
  /**
   * Epoch ms.
   *
   * @defaultValue the time at which it is written
   */
  readonly timestamp?: number;
  /** @defaultValue none */
  readonly headers?: Headers;
}

/** A topic whose serdes were not declared. The compiler can not know the types of its records. */
export type UndeclaredTopic<Topic extends string, Declared> = Topic & (Topic extends keyof Declared ? never : Topic);

/**
 * Writes records to topics, from wherever in a program: a controller, a script, a test. A call resolves when Kafka has
 * acknowledged the record. The serdes of a topic are those of the call, else those that were declared for the topic,
 * else those by which the topology of the application reads or writes it.
 *
 * A call rejects with OUZEL_SERDE_MISSING, OUZEL_SERDE, OUZEL_TOPIC_MISSING, OUZEL_PRODUCTION for a record that Kafka
 * does not take or that could not be written within `producer.deliveryTimeout`, OUZEL_DRIVER when Kafka can not be
 * reached for that long, and OUZEL_STATE_TRANSITION after `close`.
 *
 * @example
 * ```ts
 * const { partition, offset } = await producer.send('page-view', { key: 'home', value: 'viewed' });
 * ```
 */
export class RecordProducer<Topics extends SerdesByTopic = Record<never, TopicSerdes>> {
  /** Called by `createRecordProducer`, and by layers that write elsewhere. `serdesOf` says those of a topic. */
  constructor(
    private readonly writer: RecordWriter,
    private readonly serdesOf: (topic: string) => TopicSerdes,
  ) {}

  /**
   * Resolves when Kafka responds. Rejects where it does not within `producer.deliveryTimeout`. The first record connects
   * by itself.
   */
  connect(): Promise<void> {
    return this.writer.connect();
  }

  /** Writes a record. Records that are sent to one topic are written in the order of the calls. */
  send<Topic extends keyof Topics & string>(
    topic: Topic,
    record: OutgoingRecord<KeyOf<Topics[Topic]>, ValueOf<Topics[Topic]>>,
  ): Promise<RecordMetadata>;
  send<K, V>(topic: string, record: OutgoingRecord<K, V>, serdes: TopicSerdes<K, V>): Promise<RecordMetadata>;
  send<Topic extends string>(topic: UndeclaredTopic<Topic, Topics>, record: OutgoingRecord<unknown, unknown>): Promise<RecordMetadata>;
  async send(topic: string, record: OutgoingRecord<unknown, unknown>, serdes?: TopicSerdes): Promise<RecordMetadata> {
    return this.writer.write(this.encoded(topic, record, firstOf(serdes, this.serdesOf(topic))));
  }

  /**
   * Writes records in batches, in their order. Writes none where one of them can not be encoded. Rejects when the outcome
   * of all is known, with the first failure.
   */
  sendAll<Topic extends keyof Topics & string>(
    topic: Topic,
    records: Iterable<OutgoingRecord<KeyOf<Topics[Topic]>, ValueOf<Topics[Topic]>>>,
  ): Promise<readonly RecordMetadata[]>;
  sendAll<K, V>(topic: string, records: Iterable<OutgoingRecord<K, V>>, serdes: TopicSerdes<K, V>): Promise<readonly RecordMetadata[]>;
  sendAll<Topic extends string>(
    topic: UndeclaredTopic<Topic, Topics>,
    records: Iterable<OutgoingRecord<unknown, unknown>>,
  ): Promise<readonly RecordMetadata[]>;
  async sendAll(
    topic: string,
    records: Iterable<OutgoingRecord<unknown, unknown>>,
    serdes?: TopicSerdes,
  ): Promise<readonly RecordMetadata[]> {
    const found = firstOf(serdes, this.serdesOf(topic));
    const encoded = [...records].map((record) => this.encoded(topic, record, found));
    const outcomes = await Promise.allSettled(encoded.map((record) => this.writer.write(record)));
    return outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw asError(outcome.reason);
      return outcome.value;
    });
  }

  /** Writes what was sent, and releases the connections. May be called twice. */
  close(): Promise<void> {
    return this.writer.close();
  }

  private encoded(topic: string, record: OutgoingRecord<unknown, unknown>, serdes: TopicSerdes): EncodedRecord {
    const { key = null, value, timestamp, headers = Headers.empty } = record;
    return {
      topic,
      key: bytesOf('key', key, serdes.key, topic, headers),
      value: bytesOf('value', value, serdes.value, topic, headers),
      timestamp,
      headers,
    };
  }
}

function bytesOf(part: 'key' | 'value', data: unknown, serde: Serde<unknown> | undefined, topic: string, headers: Headers): Buffer | null {
  if (data === null || data === undefined) return null;
  if (serde === undefined) {
    throw new OuzelError('OUZEL_SERDE_MISSING', {
      what: `there is no serde for the ${part} of a record`,
      where: `topic ${topic}`,
      help: 'Pass one with the call, `send(topic, record, { key, value })`, or declare it once for the topic.',
    });
  }
  try {
    return serialized(serde, data, topic, headers);
  } catch (thrown) {
    const cause = asError(thrown);
    throw new SerdeError({ what: `the ${part} can not be encoded: ${whatOf(cause)}`, where: `topic ${topic}`, cause });
  }
}
