import { systemClock, systemRandom, type Clock, type Random } from '@ouzel/core';
import type { KafkaConnection, NewTopic } from '../client/index.js';
import { Cluster } from './cluster.js';
import { EmbeddedDriver } from './driver.js';
import { openFolder } from './files/cluster-folder.js';
import { passingFolder } from './passing-folder.js';
import type { TransactionVersion } from './transactions.js';
import { produce, type EmbeddedRecord } from './produce.js';

export interface EmbeddedOptions {
  /**
   * A folder that keeps the data over restarts. The data must fit into memory too. Default: the data is lost at
   * `close`.
   */
  readonly directory?: string;
  /** Topics to create where they do not exist; a name stands for a topic with one partition. Default: none. */
  readonly topics?: readonly (string | EmbeddedTopic)[];
  /** Default: the clock of this machine. */
  readonly clock?: Clock;
  /** Default: the randomness of this machine. */
  readonly random?: Random;
  /** Version of the transaction protocol (`transaction.version`, KIP-890). Default: 2, as a new Kafka 4 has it. */
  readonly transactionVersion?: TransactionVersion;
}

/** A topic to create. */
export interface EmbeddedTopic {
  readonly topic: string;
  /** Default: 1. */
  readonly partitions?: number;
  /** Settings by Kafka's names: `{ 'cleanup.policy': 'compact' }`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** A Kafka in this process. Applications may share it. */
export interface EmbeddedKafka extends KafkaConnection {
  createDriver(options: { readonly clientId: string }): EmbeddedDriver;
  /** Creates topics. Those that exist stay as they are. */
  createTopics(topics: readonly EmbeddedTopic[]): void;
  /**
   * Writes records to a topic that exists. Resolves when they are written. Throws a DriverError, `missing` when the
   * topic does not exist.
   */
  produce(topic: string, records: readonly EmbeddedRecord[]): Promise<void>;
  /** Stops timers and closes files. May be called twice. */
  close(): void;
}

/**
 * Creates a Kafka of one broker in this process: for a first run, for tests, for a simulated cluster.
 *
 * Its folder is opened with the first driver or topic; that call throws OUZEL_STATE_LOCKED when another process uses
 * the folder. Records are removed by DeleteRecords and compaction, not by retention time or size.
 */
export function embedded(options: EmbeddedOptions = {}): EmbeddedKafka {
  const { directory, topics: first = [], clock = systemClock, random = systemRandom, transactionVersion = 2 } = options;
  let opened: Cluster | undefined;
  const create = () => {
    const created =
      directory === undefined ? new Cluster(clock, random, transactionVersion) : openFolder(directory, clock, random, transactionVersion);
    created.createTopics(first.map(newTopic));
    return created;
  };
  const cluster = () => (opened ??= create());
  return {
    // Another process must not share it, so a seed for tests must not choose its name.
    ...(directory === undefined && { stateDirectory: passingFolder(systemRandom) }),
    createDriver: ({ clientId }) => new EmbeddedDriver(cluster(), clientId),
    createTopics(topics) {
      cluster().createTopics(topics.map(newTopic));
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

function newTopic(given: string | EmbeddedTopic): NewTopic {
  const { topic, partitions = 1, config = {} } = typeof given === 'string' ? { topic: given } : given;
  return { topic, partitions, config, replicationFactor: 1 };
}
