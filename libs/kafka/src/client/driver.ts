import type { Admin } from './admin.js';
import type { DriverError } from './failures.js';
import type { Fetcher, FetcherOptions } from './fetcher.js';
import type { GroupMember, MemberOptions } from './group-member.js';
import type { Producer, ProducerOptions, TransactionalProducer, TransactionalProducerOptions } from './producer.js';

/** One client's connection to a cluster. */
export interface KafkaDriver {
  /** Resolves when the cluster answered; retries by itself until then. `fatal` failures (credentials, unknown protocol) are thrown. */
  connect(): Promise<void>;
  readonly admin: Admin;
  createFetcher(options: FetcherOptions): Fetcher;
  /** With a transactional id: one that writes in transactions. */
  createProducer(options: TransactionalProducerOptions): TransactionalProducer;
  createProducer(options: ProducerOptions): Producer;
  createMember(options: MemberOptions): GroupMember;
  /** Called when the cluster stops answering (with the failure) and when it answers again (undefined). */
  onConnectivity(listener: (failure: DriverError | undefined) => void): void;
  /** Ends all that it created. May be called twice. */
  close(): Promise<void>;
}

/** Made by `embedded()` or from `{ brokers }`; one per application, may create several drivers. */
export interface KafkaConnection {
  createDriver(options: { readonly clientId: string }): KafkaDriver;
}
