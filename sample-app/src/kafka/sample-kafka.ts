import { embedded, kafkajs, type KafkaConnection } from '@ouzel/streams';
import { join } from 'node:path';
import type { SampleConfig } from '../sample-config.js';

/** Token of the Kafka that the app runs on. */
export const sampleKafka = Symbol('sample kafka');

/**
 * Returns the real Kafka whose addresses are given, else one in this process, with its log files in the app's folder.
 */
export function connectionFor({ brokers, directory }: SampleConfig): KafkaConnection {
  return brokers === undefined ? embedded({ directory: join(directory, 'kafka') }) : kafkajs({ brokers });
}
