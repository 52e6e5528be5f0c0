import { Headers } from '@ouzel/core';
import type { StoreQueries } from '../state/kind/store-view.js';
import type { ScanPlan, StoreReach } from '../state/kind/store-view.js';
import type { StoreSpec } from '../state/kind/store-kind.js';
import type { StateStore } from '../state/state-store.js';
import type { Entry } from '../state/store.js';
import { mergeScans, type OrderedEntry } from './merged-scan.js';
import type { StoreAccess } from './store-access.js';
import { StoreNotAvailableError } from './store-not-available.js';

type AnyEntry = Entry<unknown, unknown>;

const none = Buffer.alloc(0);

/**
 * Reaches the stores of one name in this process, and runs queries on them.
 *
 * A task may close or move between two steps of a scan. What its database throws then is not the caller's business: it becomes a StoreNotAvailableError.
 */
export class LocalReach implements StoreReach {
  constructor(
    private readonly spec: StoreSpec,
    private readonly queries: StoreQueries<unknown>,
    /** The topic that the key's serde is called with. */
    private readonly topic: string,
    private readonly access: StoreAccess,
  ) {}

  isSameKey(a: unknown, b: unknown): boolean {
    return this.keyBytes(a).equals(this.keyBytes(b));
  }

  async ask(key: unknown, query: string, ...parameters: readonly unknown[]): Promise<unknown> {
    const store = await this.storeOf(key);
    return this.whileOpen([store], key, () => this.queries[query]!(store, ...parameters));
  }

  async askAll(query: string, ...parameters: readonly unknown[]): Promise<readonly unknown[]> {
    const stores = await this.access.all(this.spec.name);
    return this.whileOpen(stores, undefined, () => Promise.all(stores.map((store) => this.queries[query]!(store, ...parameters))));
  }

  async *scan(plan: ScanPlan, query: string, ...parameters: readonly unknown[]): AsyncGenerator<AnyEntry> {
    const { key, order, options: { reverse = false, limit = Infinity } = {} } = plan;
    const stores = 'key' in plan ? [await this.storeOf(key)] : await this.access.all(this.spec.name);
    const orderOf = order === 'by key' ? (entry: AnyEntry) => this.keyBytes(entry[0]) : () => none;
    const scans = stores.map((store) => ordered(this.queries[query]!(store, ...parameters) as AsyncIterable<AnyEntry>, orderOf));
    const merged = mergeScans(scans, reverse, limit);
    try {
      for (;;) {
        const next = await this.whileOpen(stores, key, () => merged.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await merged.return(undefined);
    }
  }

  private keyBytes(key: unknown): Buffer {
    return this.spec.key.serialize(key, this.topic, Headers.empty);
  }

  private storeOf(key: unknown): StateStore | Promise<StateStore> {
    return this.access.ofKey(this.spec.name, this.keyBytes(key));
  }

  /** Runs a step on stores that were open before it. A failure of a store that is no longer there is a StoreNotAvailableError. */
  private async whileOpen<T>(stores: readonly StateStore[], key: unknown, step: () => T | Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (thrown) {
      const present = key === undefined ? await this.access.all(this.spec.name) : [await this.storeOf(key)];
      if (stores.some((store) => !present.includes(store))) throw new StoreNotAvailableError(this.spec.name, 'migrated');
      throw thrown;
    }
  }
}

async function* ordered(entries: AsyncIterable<AnyEntry>, orderOf: (entry: AnyEntry) => Buffer): AsyncGenerator<OrderedEntry<AnyEntry>> {
  for await (const entry of entries) yield { order: orderOf(entry), entry };
}
