import { systemClock, systemRandom, type Clock, type Random } from '@ouzel/core';
import type { KafkaConnection } from '../client/index.js';
import { Cluster } from './cluster.js';
import { EmbeddedDriver } from './driver.js';
import { openFolder } from './files/cluster-folder.js';
import { produce, type EmbeddedRecord } from './produce.js';

export interface EmbeddedOptions {
  /** A folder that outlives the process; everything is in memory too, so it is for as much as fits there. Without it, nothing outlives `close`. */
  readonly directory?: string;
  /** The clock of this machine unless given. */
  readonly clock?: Clock;
  /** The randomness of this machine unless given. */
  readonly random?: Random;
}

/** A topic to create. */
export interface EmbeddedTopic {
  readonly topic: string;
  /** 1 unless given. */
  readonly partitions?: number;
  /** As in Kafka: `{ 'cleanup.policy': 'compact' }`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** A Kafka in this process. Several applications may share one. */
export interface EmbeddedKafka extends KafkaConnection {
  createDriver(options: { readonly clientId: string }): EmbeddedDriver;
  /** Topics that exist already are left alone. */
  createTopics(topics: readonly EmbeddedTopic[]): void;
  /** Writes records to a topic that exists. Resolves when they are written. Throws a DriverError, `missing` when the topic does not exist. */
  produce(topic: string, records: readonly EmbeddedRecord[]): Promise<void>;
  /** Ends timers and closes files. May be called twice. */
  close(): void;
}

/**
 * A Kafka of one broker in this process: for a first run, for tests, for a simulated cluster. Its folder is opened with the first driver or topic; throws
 * OUZEL_STATE_LOCKED then when another process has it. Records go by DeleteRecords and compaction, not by retention time or size.
 */
export function embedded(options: EmbeddedOptions = {}): EmbeddedKafka {
  const { directory, clock = systemClock, random = systemRandom } = options;
  let opened: Cluster | undefined;
  const cluster = () => (opened ??= directory === undefined ? new Cluster(clock, random) : openFolder(directory, clock, random));
  return {
    createDriver: ({ clientId }) => new EmbeddedDriver(cluster(), clientId),
    createTopics(topics) {
      cluster().createTopics(topics.map(({ topic, partitions = 1, config = {} }) => ({ topic, partitions, config, replicationFactor: 1 })));
    },
    async produce(topic, records) {
      const driver = new EmbeddedDriver(cluster(), 'embedded');
      try {
        await produce(driver, topic, records);
      } finally {
        await driver.close();
      }
    },
    close() {
      opened?.close();
      opened = undefined;
    },
  };
}
