import { abortController } from '@ouzel/core';
import {
  isTransactional,
  type Admin,
  type Fetcher,
  type FetcherOptions,
  type GroupMember,
  type KafkaDriver,
  type MemberOptions,
  type Producer,
  type ProducerOptions,
  type TransactionalProducer,
  type TransactionalProducerOptions,
} from '../client/index.js';
import { EmbeddedAdmin } from './admin.js';
import type { Cluster } from './cluster.js';
import { EmbeddedFetcher } from './fetcher.js';
import { EmbeddedMember } from './member.js';
import { IdempotentWriter } from './idempotent-writer.js';
import { EmbeddedProducer } from './producer.js';
import { EmbeddedTransactionalProducer } from './transactional-producer.js';

/** One client of a cluster in this process. */
export class EmbeddedDriver implements KafkaDriver {
  readonly admin: Admin;
  private readonly closing = abortController();
  private readonly fetchers: EmbeddedFetcher[] = [];
  private readonly producers: EmbeddedProducer[] = [];
  private readonly members: EmbeddedMember[] = [];

  /** @internal */
  constructor(
    private readonly cluster: Cluster,
    private readonly clientId: string,
  ) {
    this.admin = new EmbeddedAdmin(cluster, this.closing.signal);
  }

  async connect(): Promise<void> {
    await this.cluster.clock.turn();
  }

  createFetcher(options: FetcherOptions): Fetcher {
    const fetcher = new EmbeddedFetcher(this.cluster, options);
    this.fetchers.push(fetcher);
    return fetcher;
  }

  createProducer(options: TransactionalProducerOptions): TransactionalProducer;
  createProducer(options: ProducerOptions): Producer;
  createProducer(options: ProducerOptions): Producer {
    const producer = isTransactional(options)
      ? new EmbeddedTransactionalProducer(this.cluster, options)
      : new EmbeddedProducer(this.cluster, options, new IdempotentWriter(this.cluster.transactions));
    this.producers.push(producer);
    return producer;
  }

  createMember(options: MemberOptions): GroupMember {
    const member = new EmbeddedMember(this.cluster, this.clientId, options);
    this.members.push(member);
    return member;
  }

  /** Never calls the listener: the cluster always responds. */
  onConnectivity(): void {}

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([...this.members.map((member) => member.stop()), ...this.producers.map((producer) => producer.close())]);
    await Promise.all(this.fetchers.map((fetcher) => fetcher.close()));
  }

  /** Ends as if the process had died: does not leave groups, and neither writes nor aborts. */
  crash(): void {
    this.closing.abort();
    for (const member of this.members) member.crash();
    for (const producer of this.producers) producer.crash();
    for (const fetcher of this.fetchers) void fetcher.close();
  }
}
