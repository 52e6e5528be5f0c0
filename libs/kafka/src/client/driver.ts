import type { Admin } from './admin.js';
import type { DriverError } from './failures.js';
import type { Fetcher, FetcherOptions } from './fetcher.js';
import type { GroupMember, MemberOptions } from './group-member.js';
import type { Producer, ProducerOptions } from './producer.js';
import type { TransactionalProducer, TransactionalProducerOptions } from './transactional-producer.js';

/** One client's connection to a cluster. */
export interface KafkaDriver {
  /**
   * Resolves when the cluster has responded. Tries again until then. Throws `fatal` failures: wrong credentials, an
   * unknown protocol.
   */
  connect(): Promise<void>;
  readonly admin: Admin;
  createFetcher(options: FetcherOptions): Fetcher;
  /** Creates a producer that writes in transactions, when it gets a `transactionalId`. */
  createProducer(options: TransactionalProducerOptions): TransactionalProducer;
  createProducer(options: ProducerOptions): Producer;
  createMember(options: MemberOptions): GroupMember;
  /**
   * Registers a listener. It is called with a failure when the cluster stops responding, and with undefined when it
   * responds again.
   */
  onConnectivity(listener: (failure: DriverError | undefined) => void): void;
  /** Closes the connections and everything that this driver created. May be called twice. */
  close(): Promise<void>;
}

/**
 * A cluster that drivers connect to. `embedded()` and `kafkajs()` create one. An application may create several drivers
 * from it.
 */
export interface KafkaConnection {
  createDriver(options: { readonly clientId: string }): KafkaDriver;
  /**
   * Folder for the local state of applications that name none. A cluster that ends with the process has one, because
   * such state is of no use afterwards.
   */
  readonly stateDirectory?: string;
}
