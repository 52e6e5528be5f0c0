import { FaultsError, safeLogger, systemClock, systemRandom } from '@ouzel/core';
import type { KafkaConnection, ProducerOptions } from '@ouzel/kafka';
import { connectionOf } from './checked-application.js';
import { readTopologyConfig, type ResolvedTopologyConfig } from './config/resolve-config.js';
import type { StreamsConfig, TopologyConfig } from './config/streams-config.js';
import { plannedOf, type Topology } from './dsl/topology.js';
import { ClusterWriter } from './producing/cluster-writer.js';
import { RecordProducer } from './producing/record-producer.js';
import type { RecordWriter } from './producing/record-writer.js';
import { declaredSerdes } from './producing/declared-serdes.js';
import { firstOf, type SerdesByTopic, type TopicSerdes } from './producing/topic-serdes.js';

/** The settings of a client that a producer needs: `kafka`, and what it has of the others. */
export type RecordProducerConfig = TopologyConfig & Pick<StreamsConfig, 'kafka'>;

export interface RecordProducerOptions<Topics extends SerdesByTopic> {
  /** Serdes by topic, so that calls need none, and are typed. */
  readonly topics?: Topics;
  /** A topology, whose serdes are taken for topics that it reads or writes. */
  readonly topology?: Topology;
}

/**
 * Creates a producer. It connects with the first record, or by `connect`. Close it when you are done. Throws OUZEL_CONFIG
 * for wrong settings.
 *
 * @example
 * ```ts
 * const producer = createRecordProducer({ kafka: { brokers: ['localhost:9092'] } }, {
 *   topics: { payment: { key: serdes.string, value: serdes.json<Payment>() } },
 * });
 * await producer.send('payment', { key: 'ann', value: payment });
 * await producer.close();
 * ```
 */
export function createRecordProducer<Topics extends SerdesByTopic = Record<never, TopicSerdes>>(
  cluster: RecordProducerConfig | KafkaConnection,
  options: RecordProducerOptions<Topics> = {},
): RecordProducer<Topics> {
  const given = 'createDriver' in cluster ? { kafka: cluster } : cluster;
  const config = readTopologyConfig(given);
  const { topics, topology } = options;
  const otherwise = (topic: string) => (topology === undefined ? defaultSerdes(config) : topicSerdes(topology, topic, given));
  return new RecordProducer(clusterWriter(config), (topic) => firstOf(topics?.[topic], otherwise(topic)));
}

/**
 * Creates what writes the records of a producer, for a layer that makes the producer itself, such as the Nest module.
 * Throws OUZEL_CONFIG for wrong settings.
 */
export function createRecordWriter(config: RecordProducerConfig): RecordWriter {
  return clusterWriter(readTopologyConfig(config));
}

/**
 * Returns the serdes by which a topology reads a topic, else those by which it writes it, else the defaults of the
 * configuration. A serde that there is none of is left out. Internal topics have their full names.
 */
export function topicSerdes(topology: Topology, topic: string, config: TopologyConfig = {}): TopicSerdes {
  const planned = plannedOf(topology);
  const defaults = firstOf(defaultSerdes(planned.config), defaultSerdes(readTopologyConfig(config)));
  return firstOf(declaredSerdes(planned.assembly, topic, config.applicationId, defaults), defaults);
}

function defaultSerdes({ defaultKeySerde: key, defaultValueSerde: value }: ResolvedTopologyConfig): TopicSerdes {
  return { ...(key !== undefined && { key }), ...(value !== undefined && { value }) };
}

function clusterWriter(config: ResolvedTopologyConfig): ClusterWriter {
  const { applicationId, kafka, logger, metadataMaxAge, producer, clock = systemClock, random = systemRandom } = config;
  if (kafka === undefined) throw new FaultsError('OUZEL_CONFIG', [{ where: 'kafka', what: 'is required' }]);
  return new ClusterWriter({
    connection: connectionOf(kafka, safeLogger(logger), { clock, random }),
    clientId: applicationId === undefined ? 'ouzel-producer' : `${applicationId}-producer`,
    producer: producerOptions(producer),
    metadataMaxAge,
    clock,
  });
}

function producerOptions({
  linger,
  batchSize,
  maxRequestSize,
  compression,
  deliveryTimeout,
}: ResolvedTopologyConfig['producer']): ProducerOptions {
  return { lingerMs: linger, batchSize, maxRequestSize, compression, deliveryTimeoutMs: deliveryTimeout };
}
