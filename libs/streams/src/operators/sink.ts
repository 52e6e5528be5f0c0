import { asError } from '@ouzel/core';
import { ProcessorNode } from '../processor/node.js';
import type { RecordMetadata, StreamRecord } from '../processor/record.js';
import type { Serde } from '../serdes/serde.js';
import type { SinkSpec, StreamPartitioner, TopicNameExtractor } from '../topology/plan.js';

/** Serdes and topic of a sink with the application's defaults and names filled in. */
export interface SinkOptions<K, V> {
  readonly topic: string | TopicNameExtractor<K, V>;
  readonly key: Serde<K>;
  readonly value: Serde<V>;
  readonly partitioner: StreamPartitioner<K, V> | undefined;
}

/**
 * Encodes records and queues them for Kafka (SinkNode). Null keys and values are written as null. Without a partitioner, and where that
 * answers undefined, the partition is murmur2 of the key; a partitioner that answers nothing drops the record, one that answers several
 * writes it to each (KIP-837).
 */
export class Sink<K, V> extends ProcessorNode<K, V, void, void> {
  private readonly topicOf: TopicNameExtractor<K, V>;

  constructor(private readonly options: SinkOptions<K, V>) {
    super();
    const { topic } = options;
    this.topicOf = typeof topic === 'string' ? () => topic : topic;
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const topic = this.topicOf(record.value, record.key, record, this.metadata());
    const { partitioner } = this.options;
    if (partitioner === undefined) return this.write(topic, undefined, record);
    const count = this.context.partitionsOf(topic);
    return typeof count === 'number'
      ? this.partition(partitioner, topic, count, record)
      : count.then((known) => this.partition(partitioner, topic, known, record));
  }

  private partition(partitioner: StreamPartitioner<K, V>, topic: string, count: number, record: StreamRecord<K, V>): void | Promise<void> {
    const chosen = partitioner(record.value, record.key, topic, count);
    if (typeof chosen === 'number' || chosen === undefined) return this.write(topic, chosen, record);
    if (chosen.length === 0) return this.drop('partitioner');
    let pending: void | Promise<void> = undefined;
    for (const partition of chosen) pending = this.write(topic, partition, record) ?? pending;
    return pending;
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
      return serde.serialize(data, topic, record.headers);
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
  defaults: { readonly key: Serde<any> | undefined; readonly value: Serde<any> | undefined },
): SinkOptions<any, any> {
  return { topic: spec.topic, key: (spec.key ?? defaults.key)!, value: (spec.value ?? defaults.value)!, partitioner: spec.partitioner };
}
