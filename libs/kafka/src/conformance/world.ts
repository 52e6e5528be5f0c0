import { systemClock, systemRandom } from '@ouzel/core';
import type { KafkaConnection, KafkaDriver } from '../client/index.js';

/** Longer than any test takes. */
const longestTestMs = 600_000;

/** The cluster that a driver is tested on. */
export interface ClusterUnderTest {
  readonly connection: KafkaConnection;
  /** The shortest session timeout that the cluster allows, ms. Default: 6,000, which is Kafka's. */
  readonly shortestSessionMs?: number;
}

/** The resources of one test: drivers that end with the test, and names that no other test has. */
export class World {
  private readonly drivers: KafkaDriver[] = [];
  private readonly id = systemRandom.uuid();
  private names = 0;

  private constructor(private readonly cluster: ClusterUnderTest) {}

  /**
   * Runs a test in a world of its own. A running test keeps the process alive, which the timers of a driver need not
   * do.
   */
  static async during(cluster: ClusterUnderTest, test: (world: World) => void | Promise<void>): Promise<void> {
    const world = new World(cluster);
    const over = new AbortController();
    void systemClock.sleep(longestTestMs, over.signal);
    try {
      await test(world);
    } finally {
      await Promise.all(world.drivers.map((driver) => driver.close())).finally(() => over.abort());
    }
  }

  get shortestSessionMs(): number {
    return this.cluster.shortestSessionMs ?? 6_000;
  }

  name(of: string): string {
    return `${of}-${this.id}-${this.names++}`;
  }

  async driver(clientId = 'conformance'): Promise<KafkaDriver> {
    const driver = this.cluster.connection.createDriver({ clientId });
    this.drivers.push(driver);
    await driver.connect();
    return driver;
  }

  async topic(driver: KafkaDriver, partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<string> {
    const topic = this.name('topic');
    await driver.admin.createTopics([{ topic, partitions, replicationFactor: -1, config }]);
    return topic;
  }
}
