import {
  isTransactional,
  type Admin,
  type DriverError,
  type Fetcher,
  type FetcherOptions,
  type GroupMember,
  type KafkaDriver,
  type MemberOptions,
  type Producer,
  type ProducerOptions,
  type ResolvedKafkaConfig,
  type TransactionalProducer,
  type TransactionalProducerOptions,
} from '../client/index.js';
import { KafkajsAdmin } from './admin.js';
import { Cluster } from './connection/cluster.js';
import type { DriverLogger, Ports } from './config.js';
import { KafkajsFetcher } from './fetch/fetcher.js';
import { KafkajsMember } from './group/member.js';
import { IdempotentState } from './produce/idempotent-state.js';
import { KafkajsProducer } from './produce/producer.js';
import { KafkajsTransactionalProducer } from './produce/transactional-producer.js';
import { retrying } from './connection/retry.js';

/** One client's connections to a cluster, by kafkajs. */
export class KafkajsDriver implements KafkaDriver {
  readonly admin: Admin;
  private readonly cluster: Cluster;
  private readonly open = new Set<() => Promise<void>>();
  private closed: Promise<void> | undefined;

  constructor(
    config: ResolvedKafkaConfig,
    clientId: string,
    ports: Ports,
    private readonly logger: DriverLogger | undefined,
  ) {
    this.cluster = new Cluster(config, clientId, ports, logger);
    this.admin = new KafkajsAdmin(this.cluster);
  }

  async connect(): Promise<void> {
    await retrying(this.cluster.ports, { signal: this.cluster.closing.signal }, () => this.cluster.refresh([]));
  }

  createFetcher(options: FetcherOptions): Fetcher {
    return this.kept((released) => {
      const fetcher = new KafkajsFetcher(this.cluster, options, released);
      return [fetcher, () => fetcher.close()];
    });
  }

  createProducer(options: TransactionalProducerOptions): TransactionalProducer;
  createProducer(options: ProducerOptions): Producer;
  createProducer(options: ProducerOptions): Producer {
    const idempotent = (closing: AbortSignal, wake: () => void) => new IdempotentState(this.cluster, closing, wake);
    return this.kept((released) => {
      const producer = isTransactional(options)
        ? new KafkajsTransactionalProducer(this.cluster, options, released)
        : new KafkajsProducer(this.cluster, options, idempotent, released);
      return [producer, () => producer.close(0)];
    });
  }

  createMember(options: MemberOptions): GroupMember {
    return this.kept((released) => {
      const member = new KafkajsMember(this.cluster, options, this.logger, released);
      return [member, () => member.stop()];
    });
  }

  onConnectivity(listener: (failure: DriverError | undefined) => void): void {
    this.cluster.onConnectivity(listener);
  }

  close(): Promise<void> {
    this.closed ??= this.closeAll();
    return this.closed;
  }

  /** Creates a part that the driver closes. A part that is closed earlier calls `released`. */
  private kept<T>(create: (released: () => void) => [T, close: () => Promise<void>]): T {
    const [created, close] = create(() => this.open.delete(close));
    this.open.add(close);
    return created;
  }

  private async closeAll(): Promise<void> {
    await Promise.all([...this.open].map((close) => close()));
    await this.cluster.close();
  }
}
