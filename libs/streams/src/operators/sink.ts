import { asError, OuzelError } from '@ouzel/core';
import { ProcessorNode } from '../processor/node.js';
import type { RecordMetadata, StreamRecord } from '../record/record.js';
import { bytesFrom, type Serde } from '../serdes/serde.js';
import { forwardEach } from './forward-each.js';
import { iterableOf, synchronous } from './results.js';
import type { SinkSpec, StreamPartitioner, TopicNameExtractor } from '../topology/plan.js';

/** Serdes and topic of a sink with the application's defaults and names filled in. */
export interface SinkOptions<K, V> {
  readonly topic: string | TopicNameExtractor<K, V>;
  readonly key: Serde<K>;
  readonly value: Serde<V>;
  readonly partitioner: StreamPartitioner<K, V> | undefined;
}

/**
 * Encodes records and queues them for Kafka (SinkNode). Null keys and values are written as null. Without a
 * partitioner, and where that returns undefined, the partition is murmur2 of the key. A partitioner that returns an
 * empty list drops the record; one that returns several partitions writes it to each (KIP-837).
 */
export class Sink<K, V> extends ProcessorNode<K, V, void, void> {
  constructor(private readonly options: SinkOptions<K, V>) {
    super();
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const topic = this.topicFor(record);
    const { partitioner } = this.options;
    if (partitioner === undefined) return this.write(topic, undefined, record);
    const count = this.context.partitionsOf(topic);
    return typeof count === 'number'
      ? this.partition(partitioner, topic, count, record)
      : count.then((known) => this.partition(partitioner, topic, known, record));
  }

  private partition(partitioner: StreamPartitioner<K, V>, topic: string, count: number, record: StreamRecord<K, V>): void | Promise<void> {
    const chosen = synchronous(partitioner(record.value, record.key, topic, count), `the partitioner of ${this.name}`);
    if (chosen === undefined) return this.write(topic, undefined, record);
    const list = typeof chosen === 'number' ? [chosen] : [...iterableOf(chosen, `the partitioner of ${this.name}`)];
    if (list.length === 0) return this.drop('partitioner');
    for (const partition of list) this.check(partition, topic, count);
    return forwardEach(list.values(), (partition) => this.write(topic, partition, record));
  }

  private topicFor(record: StreamRecord<K, V>): string {
    const { topic } = this.options;
    if (typeof topic === 'string') return topic;
    const named = synchronous(topic(record.value, record.key, record, this.metadata()), `the topic extractor of ${this.name}`);
    if (typeof named === 'string') return named;
    throw new OuzelError('OUZEL_PROCESSING', {
      what: `the topic extractor returned a value of type ${typeof named}, not a topic`,
      where: this.name,
    });
  }

  private check(partition: number, topic: string, count: number): void {
    if (Number.isInteger(partition) && partition >= 0 && partition < count) return;
    throw new OuzelError('OUZEL_PROCESSING', {
      what: `the partitioner chose ${typeof partition === 'number' ? partition : `a value of type ${typeof partition}`} of the ${count} partitions of "${topic}"`,
      where: this.name,
      help: 'Return a number from 0 up to one less than the number of partitions.',
    });
  }

  private write(topic: string, partition: number | undefined, record: StreamRecord<K, V>): void | Promise<void> {
    const key = this.encode('key', this.options.key, record.key, topic, record);
    const value = key === undefined ? undefined : this.encode('value', this.options.value, record.value, topic, record);
    if (key === undefined || value === undefined) return;
    return this.context.send({ topic, partition, key, value, timestamp: record.timestamp, headers: record.headers }, this);
  }

  /** Undefined: the production handler lets the record go. */
  private encode<T>(
    stage: 'key' | 'value',
    serde: Serde<T>,
    data: T | null,
    topic: string,
    record: StreamRecord<K, V>,
  ): Buffer | null | undefined {
    if (data === null || data === undefined) return null;
    try {
      const bytes = serde.serialize(data, topic, record.headers) as Buffer | null;
      return bytes === null ? null : bytesFrom(bytes);
    } catch (thrown) {
      this.context.serializationFailed(asError(thrown), stage, topic, this, record);
      return undefined;
    }
  }

  private metadata(): RecordMetadata | null {
    const { topic, partition, offset } = this.context.record;
    return topic === null ? null : { topic, partition, offset };
  }
}

/** `spec` with what the application says. */
export function sinkOptions(
  spec: SinkSpec,
  defaults: { readonly key: Serde<unknown> | undefined; readonly value: Serde<unknown> | undefined },
): SinkOptions<unknown, unknown> {
  return { topic: spec.topic, key: (spec.key ?? defaults.key)!, value: (spec.value ?? defaults.value)!, partitioner: spec.partitioner };
}
