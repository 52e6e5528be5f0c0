import { durationMs, type Duration } from '@ouzel/core';
import type { Serde } from '../../serdes/serde.js';
import { contractBuilder, SuppliedStore } from '../kind/store-supplier.js';
import type { SessionStore, StoreBuilder, StoreSupplier } from '../store.js';
import { sessionContract } from './session-contract.js';
import { sessionKind, type SessionOptions } from './session-kind.js';

export interface SessionStoreOptions {
  /** How long sessions are kept; at least their gap. */
  retention: Duration;
}

function supplier(name: string, { retention }: SessionStoreOptions, persistent: boolean): StoreSupplier {
  return new SuppliedStore<SessionOptions>(name, sessionKind, { retentionMs: durationMs(retention, 'retention') }, persistent);
}

/** Suppliers and builders of session stores. */
export const sessionStores = {
  /** In the task's database. */
  persistentSessionStore: (name: string, options: SessionStoreOptions): StoreSupplier => supplier(name, options, true),
  inMemorySessionStore: (name: string, options: SessionStoreOptions): StoreSupplier => supplier(name, options, false),
  sessionStoreBuilder: <K, A>(supplier: StoreSupplier, key: Serde<K>, value: Serde<A>): StoreBuilder<SessionStore<K, A>> =>
    contractBuilder(sessionContract, supplier, {}, key, value),
};
