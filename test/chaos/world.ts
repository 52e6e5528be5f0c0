import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { freePorts, startKafka, type KafkaCluster } from '../../scripts/kafka-cluster.mjs';
import { FaultyProxy } from '../kafka/faulty-proxy.js';
import { Instance } from './instance.js';
import { Link } from './link.js';
import { clientOf } from './load.js';
import type { Plan } from './plans.js';

export const partitions = 4;
const inputs = ['in', 'names', 'orders', 'customers'];
const outputs = ['echo', 'ids', 'joined', 'counts', 'groups', 'final', 'enriched'];

/** The way of an instance to Kafka: `link` fails in whole, and `proxy` fails chosen requests. */
interface Way {
  readonly link: Link;
  readonly proxy: FaultyProxy;
}

/**
 * A Kafka, and instances of the program. Each instance has a listener of its own, which advertises the address of its
 * link, so that all of its requests go that way and only its requests do.
 */
export class World {
  readonly instances: readonly Instance[];
  readonly client: Kafka;

  private constructor(
    plan: Plan,
    readonly app: string,
    readonly kafka: KafkaCluster,
    readonly ways: readonly Way[],
    readonly folder: string,
    private readonly admin: Admin,
  ) {
    const { guarantee, standbys, sessionMs, transactionMs } = plan;
    this.client = clientOf(kafka.brokers);
    this.instances = ways.map(
      ({ link }, i) =>
        new Instance({ name: `instance-${i}`, app, brokers: link.address, folder, guarantee, standbys, sessionMs, transactionMs }),
    );
  }

  static async make(plan: Plan): Promise<World> {
    const app = `chaos-${Date.now().toString(36)}`;
    const ports = await freePorts(plan.instances);
    const ways: Way[] = [];
    for (const port of ports) {
      const proxy = await FaultyProxy.to(port, app);
      ways.push({ proxy, link: await Link.to(Number(proxy.address.split(':')[1])) });
    }
    const listeners = ways.map(({ link }, i) => ({ name: `WAY${i}`, port: ports[i]!, advertised: link.address }));
    const kafka = await startKafka({ listeners });
    const admin = clientOf(kafka.brokers).admin();
    await admin.connect();
    const world = new World(plan, app, kafka, ways, await mkdtemp(join(tmpdir(), 'ouzel-chaos-')), admin);
    const topics = [...inputs, ...outputs].map((name) => ({ topic: `${app}-${name}`, numPartitions: partitions }));
    await admin.createTopics({ waitForLeaders: true, topics });
    return world;
  }

  /** Waits until all that the program reads is committed to its end. Returns whether it came to that. */
  async drained(timeoutMs: number): Promise<boolean> {
    for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(200))
      if (await this.isDrained().catch(() => false)) return true;
    return false;
  }

  /** Says which transactions Kafka knows, and what it has logged last. */
  async diagnosis(): Promise<string> {
    const { stdout } = await this.kafka.tool('org.apache.kafka.tools.TransactionsCommand', [
      '--bootstrap-server',
      this.kafka.brokers,
      'list',
    ]);
    return `${stdout}\n${this.kafka.logTail()}`;
  }

  /** Ends everything. The folder stays where `keep` says so. */
  async close(keep: boolean): Promise<void> {
    for (const instance of this.instances) await instance.end('SIGKILL');
    await this.admin.disconnect();
    await this.kafka.stop();
    for (const { link, proxy } of this.ways) {
      link.close();
      proxy.close();
    }
    if (!keep) await rm(this.folder, { recursive: true, force: true });
  }

  private async isDrained(): Promise<boolean> {
    const internal = (await this.admin.listTopics()).filter((topic) => topic.startsWith(this.app) && /-(repartition|topic)$/.test(topic));
    const topics = [...inputs.map((name) => `${this.app}-${name}`), ...internal];
    if (internal.length === 0) return false;
    const committed = await this.admin.fetchOffsets({ groupId: this.app, topics });
    for (const { topic, partitions: offsets } of committed) {
      const ends = await this.admin.fetchTopicOffsets(topic);
      for (const { partition, high } of ends) {
        const offset = offsets.find((found) => found.partition === partition)?.offset ?? '-1';
        if (high !== '0' && offset !== high) return false;
      }
    }
    return true;
  }
}
