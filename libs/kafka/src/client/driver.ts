import type { Admin } from './admin.js';
import type { DriverError } from './failures.js';
import type { Fetcher, FetcherOptions } from './fetcher.js';
import type { GroupMember, MemberOptions } from './group-member.js';
import type { Producer, ProducerOptions } from './producer.js';
import type { TransactionalProducer, TransactionalProducerOptions } from './transactional-producer.js';

/** One client's connection to a cluster. */
export interface KafkaDriver {
  /**
   * Resolves when the cluster has answered; tries again by itself until then. Throws `fatal` failures (credentials,
   * unknown protocol).
   */
  connect(): Promise<void>;
  readonly admin: Admin;
  createFetcher(options: FetcherOptions): Fetcher;
  /** Creates a producer that writes in transactions, when it gets a `transactionalId`. */
  createProducer(options: TransactionalProducerOptions): TransactionalProducer;
  createProducer(options: ProducerOptions): Producer;
  createMember(options: MemberOptions): GroupMember;
  /** Called when the cluster stops answering (with the failure) and when it answers again (undefined). */
  onConnectivity(listener: (failure: DriverError | undefined) => void): void;
  /** Closes everything that it created. May be called twice. */
  close(): Promise<void>;
}

/**
 * A cluster that drivers connect to, made by `embedded()` or `kafkajs()`. One of an application may create several
 * drivers.
 */
export interface KafkaConnection {
  createDriver(options: { readonly clientId: string }): KafkaDriver;
}
