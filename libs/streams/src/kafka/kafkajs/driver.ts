import type {
  Admin,
  DriverError,
  Fetcher,
  FetcherOptions,
  GroupMember,
  KafkaDriver,
  MemberOptions,
  Producer,
  ProducerOptions,
} from '../driver.js';
import { KafkajsAdmin } from './admin.js';
import { Cluster } from './cluster.js';
import type { KafkajsConfig, Ports } from './config.js';
import { KafkajsMember } from './member.js';
import { KafkajsProducer } from './producer.js';
import { retrying } from './retry.js';

/** One client's connections to a cluster, by kafkajs. */
export class KafkajsDriver implements KafkaDriver {
  readonly admin: Admin;
  private readonly cluster: Cluster;
  /** Close what was created, in the order of creation. */
  private readonly closers: (() => Promise<void>)[] = [];
  private closed: Promise<void> | undefined;

  constructor(
    private readonly config: KafkajsConfig,
    clientId: string,
    ports: Ports,
  ) {
    this.cluster = new Cluster(config, clientId, ports);
    this.admin = new KafkajsAdmin(this.cluster);
  }

  async connect(): Promise<void> {
    await retrying(this.cluster.ports, { signal: this.cluster.closing.signal }, () => this.cluster.refresh([]));
  }

  createFetcher(_options: FetcherOptions): Fetcher {
    throw new Error('not yet');
  }

  createProducer(options: ProducerOptions): Producer {
    const producer = new KafkajsProducer(this.cluster, options);
    this.closers.push(() => producer.close(0));
    return producer;
  }

  createMember(options: MemberOptions): GroupMember {
    const member = new KafkajsMember(this.cluster, options, this.config.logger);
    this.closers.push(() => member.stop());
    return member;
  }

  onConnectivity(listener: (failure: DriverError | undefined) => void): void {
    this.cluster.onConnectivity(listener);
  }

  close(): Promise<void> {
    this.closed ??= this.closeAll();
    return this.closed;
  }

  private async closeAll(): Promise<void> {
    await Promise.all(this.closers.map((close) => close()));
    await this.cluster.close();
  }
}
