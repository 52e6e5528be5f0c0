import { KeyCodec } from '../state/kind/key-codec.js';
import { checkLimit } from '../state/kind/store-arguments.js';
import type { StoreSpec } from '../state/kind/store-kind.js';
import type { ScanPlan, StaleAnswer, StoreQueries, StoreReach, ViewScan } from '../state/kind/store-view.js';
import type { StateStore } from '../state/state-store.js';
import type { Entry } from '../state/store.js';
import { mergeScans, type OrderedEntry } from './merged-scan.js';
import type { FoundStore, Reading, StoreAccess } from './store-access.js';
import { StoreNotAvailableError } from './store-not-available.js';

type AnyEntry = Entry<unknown, unknown>;

/** The entries of a scan that are wanted, and the name of the query that reads them. */
interface WantedEntries extends Pick<ScanPlan, 'order'> {
  readonly query: string;
  readonly reverse: boolean;
  readonly limit: number;
}

const none = Buffer.alloc(0);

/**
 * Reaches the stores of one name in this process, and runs queries on them.
 *
 * A task may close or move between two steps of a scan. An error of its database then becomes a StoreNotAvailableError.
 */
export class LocalReach implements StoreReach {
  private readonly keys: KeyCodec<unknown>;

  /** `topic` is the one that the key's serde is called with. */
  constructor(
    private readonly spec: StoreSpec,
    private readonly queries: StoreQueries<unknown>,
    topic: string,
    private readonly access: StoreAccess,
  ) {
    this.keys = new KeyCodec(spec.key, topic, spec.name);
  }

  isSameKey(a: unknown, b: unknown, query: string): boolean {
    return this.keys.bytes(a, query).equals(this.keys.bytes(b, query));
  }

  async ask(key: unknown, query: string, ...parameters: readonly unknown[]): Promise<unknown> {
    const found = await this.find(key, 'active', query);
    const { store } = found;
    const present = async () => [await this.find(key, 'active', query)];
    return this.whileOpen([found], present, () => this.queries[query]!(store, ...parameters));
  }

  async askStale(key: unknown, query: string, ...parameters: readonly unknown[]): Promise<StaleAnswer<unknown>> {
    const found = await this.find(key, 'stale', query);
    const { store, lag } = found;
    const present = async () => [await this.find(key, 'stale', query)];
    return { value: await this.whileOpen([found], present, () => this.queries[query]!(store, ...parameters)), lag };
  }

  async askAll(query: string, ...parameters: readonly unknown[]): Promise<readonly unknown[]> {
    const present = async () => this.access.all(this.spec.name, 'active');
    const stores = await present();
    return this.whileOpen(stores, present, () => Promise.all(stores.map(({ store }) => this.queries[query]!(store, ...parameters))));
  }

  scan(plan: ScanPlan, query: string, ...parameters: readonly unknown[]): ViewScan<AnyEntry> {
    // User code in JavaScript may pass null for no options.
    const { reverse = false, limit = Infinity } = plan.options ?? {};
    checkLimit(limit, this.spec.name, query);
    const reading = plan.options?.stale === true ? 'stale' : 'active';
    const present = async () => ('key' in plan ? [await this.find(plan.key, reading, query)] : this.access.all(this.spec.name, reading));
    let read: Promise<readonly FoundStore[]> | undefined;
    const stores = () => (read ??= present());
    const wanted = { query, order: plan.order, reverse, limit };
    const entries = this.entries(wanted, stores, present, (store) => this.queries[query]!(store, ...parameters) as AsyncIterable<AnyEntry>);
    return {
      [Symbol.asyncIterator]: () => entries,
      lag: async () => Math.max(0, ...(await stores()).map(({ lag }) => lag)),
    };
  }

  private async *entries(
    { query, order, reverse, limit }: WantedEntries,
    begun: () => Promise<readonly FoundStore[]>,
    present: () => Promise<readonly FoundStore[]>,
    begin: (store: StateStore) => AsyncIterable<AnyEntry>,
  ): AsyncGenerator<AnyEntry> {
    const stores = await begun();
    const orderOf = order === 'by key' ? (entry: AnyEntry) => this.keys.bytes(entry[0], query) : () => none;
    const merged = mergeScans(
      stores.map(({ store }) => ordered(() => begin(store), orderOf)),
      reverse,
      limit,
    );
    try {
      for (;;) {
        const next = await this.whileOpen(stores, present, () => merged.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await merged.return(undefined);
    }
  }

  private find(key: unknown, reading: Reading, query: string): FoundStore | Promise<FoundStore> {
    return this.access.ofKey(this.spec.name, this.keys.bytes(key, query), reading);
  }

  /**
   * Runs a step on stores that were open before it. A failure of a store that is no longer `present` is a
   * StoreNotAvailableError.
   */
  private async whileOpen<T>(
    stores: readonly FoundStore[],
    present: () => Promise<readonly FoundStore[]>,
    step: () => T | Promise<T>,
  ): Promise<T> {
    try {
      return await step();
    } catch (thrown) {
      const left = new Set((await present()).map(({ store }) => store));
      if (stores.some(({ store }) => !left.has(store))) throw new StoreNotAvailableError(this.spec.name, 'migrated');
      throw thrown;
    }
  }
}

/** Begins a scan when its first entry is wanted, so that a scan that was not begun holds nothing. */
async function* ordered(
  begin: () => AsyncIterable<AnyEntry>,
  orderOf: (entry: AnyEntry) => Buffer,
): AsyncGenerator<OrderedEntry<AnyEntry>> {
  for await (const entry of begin()) yield { order: orderOf(entry), entry };
}
