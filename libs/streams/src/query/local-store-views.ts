import type { TypedKeyValueStore } from '../state/key-value/typed-key-value-store.js';
import type { TypedWindowStore } from '../state/window/typed-window-store.js';
import type { SessionStore, VersionedKeyValueStore, VersionedRecord } from '../state/store.js';
import type { Entry, KeyValueStore, ValueAndTimestamp, Windowed, WindowStore } from '../state/store.js';
import type { StoreKind } from '../state/state-store.js';
import { mergeScans, type OrderedEntry } from './merged-scan.js';
import type { StoreAccess } from './store-access.js';
import {
  KeyValueStoreView,
  SessionStoreView,
  VersionedStoreView,
  WindowStoreView,
  type StoreView,
  type ViewScanOptions,
} from './store-views.js';

/** What typed stores tell of a key beside their public methods. */
interface KeyBytes<K> {
  keyBytes(key: K): Buffer;
}
type AnyStore<S> = S & KeyBytes<any>;

/** Values with timestamps show as the values. */
type Unwrap = (stored: unknown) => any;
const bare: Unwrap = (stored) => stored;
const withoutTimestamp: Unwrap = (stored) => (stored === null ? null : (stored as ValueAndTimestamp<unknown>).value);

/**
 * The view of a store of this kind. `keyOf` encodes keys as the store does. The plan says of which kind a store is, and a task answers with one of it: that is what the casts of
 * the views below rely on.
 */
export function localStoreView(name: string, kind: StoreKind, keyOf: (key: unknown) => Buffer, access: StoreAccess): StoreView {
  switch (kind) {
    case 'window':
      return new LocalWindowStoreView(name, keyOf, access, bare);
    case 'timestamped-window':
      return new LocalWindowStoreView(name, keyOf, access, withoutTimestamp);
    case 'session':
      return new LocalSessionStoreView(name, keyOf, access);
    case 'versioned':
      return new LocalVersionedStoreView(name, keyOf, access);
    case 'timestamped-key-value':
      return new LocalKeyValueStoreView(name, keyOf, access, withoutTimestamp);
    default:
      return new LocalKeyValueStoreView(name, keyOf, access, bare);
  }
}

/** Scans the stores of all tasks that are here, or of one, and merges them by key bytes. */
class Scans<S> {
  constructor(
    private readonly name: string,
    private readonly access: StoreAccess,
  ) {}

  all<K, V>(
    scan: (store: S) => AsyncIterable<Entry<K, V>>,
    order: (store: AnyStore<S>, key: K) => Buffer,
    unwrap: Unwrap,
    options: ViewScanOptions = {},
  ): AsyncIterable<Entry<K, any>> {
    const stores = () => this.access.all(this.name).map(({ store }) => store as unknown as AnyStore<S>);
    return this.merged(stores, scan, order, unwrap, options);
  }

  ofKey<K, V>(
    key: Buffer,
    scan: (store: S) => AsyncIterable<Entry<K, V>>,
    unwrap: Unwrap,
    options: ViewScanOptions = {},
  ): AsyncIterable<Entry<K, any>> {
    return this.merged(
      () => [this.access.ofKey(this.name, key) as unknown as AnyStore<S>],
      scan,
      () => none,
      unwrap,
      options,
    );
  }

  private async *merged<K, V>(
    stores: () => readonly AnyStore<S>[],
    scan: (store: S) => AsyncIterable<Entry<K, V>>,
    order: (store: AnyStore<S>, key: K) => Buffer,
    unwrap: Unwrap,
    { reverse = false, limit = Infinity }: ViewScanOptions,
  ): AsyncGenerator<Entry<K, any>> {
    const scans = stores().map((store) => ordered(scan(store), (key) => order(store, key)));
    for await (const [key, value] of mergeScans(scans, reverse, limit)) yield [key, unwrap(value)];
  }
}

async function* ordered<K, V>(scan: AsyncIterable<Entry<K, V>>, order: (key: K) => Buffer): AsyncGenerator<OrderedEntry<Entry<K, V>>> {
  for await (const entry of scan) yield { order: order(entry[0]), entry };
}

const byKey = (store: KeyBytes<any>, key: unknown): Buffer => store.keyBytes(key);
/** Windows and sessions of several tasks come task after task, each in its store's order (CompositeReadOnlyWindowStore). */
const none = Buffer.alloc(0);
const taskAfterTask = (): Buffer => none;

class LocalKeyValueStoreView extends KeyValueStoreView<any, any> {
  private readonly scans: Scans<KeyValueStore<any, any>>;

  constructor(
    readonly name: string,
    private readonly keyOf: (key: unknown) => Buffer,
    private readonly access: StoreAccess,
    private readonly unwrap: Unwrap,
  ) {
    super();
    this.scans = new Scans(name, access);
  }

  async get(key: unknown): Promise<any> {
    const store = this.access.ofKey(this.name, this.keyOf(key)) as unknown as TypedKeyValueStore<any, any>;
    return this.unwrap(store.peek(key));
  }

  range(from: unknown, to: unknown, options?: ViewScanOptions): AsyncIterable<Entry<any, any>> {
    return this.scans.all((store) => store.range(from, to, options), byKey, this.unwrap, options);
  }

  all(options?: ViewScanOptions): AsyncIterable<Entry<any, any>> {
    return this.scans.all((store) => store.all(options), byKey, this.unwrap, options);
  }

  prefixScan(prefix: string | Buffer, options?: ViewScanOptions): AsyncIterable<Entry<any, any>> {
    return this.scans.all((store) => store.prefixScan(prefix), byKey, this.unwrap, { ...options, reverse: false });
  }

  async approximateNumEntries(): Promise<number> {
    return this.access
      .all(this.name)
      .reduce((sum, { store }) => sum + (store as unknown as KeyValueStore<any, any>).approximateNumEntries(), 0);
  }
}

class LocalWindowStoreView extends WindowStoreView<any, any> {
  private readonly scans: Scans<WindowStore<any, any>>;

  constructor(
    readonly name: string,
    private readonly keyOf: (key: unknown) => Buffer,
    private readonly access: StoreAccess,
    private readonly unwrap: Unwrap,
  ) {
    super();
    this.scans = new Scans(name, access);
  }

  async fetch(key: unknown, windowStart: number): Promise<any> {
    const store = this.access.ofKey(this.name, this.keyOf(key)) as unknown as TypedWindowStore<any, any>;
    return this.unwrap(store.peek(key, windowStart));
  }

  fetchRange(key: unknown, keyTo: unknown, from: number, to: number, options?: ViewScanOptions): AsyncIterable<Entry<Windowed<any>, any>> {
    const scan = (store: WindowStore<any, any>) => store.fetchRange(key, keyTo, from, to, options);
    const bytes = key === null ? undefined : this.keyOf(key);
    const isOneKey = bytes !== undefined && keyTo !== null && this.keyOf(keyTo).equals(bytes);
    return isOneKey ? this.scans.ofKey(bytes, scan, this.unwrap, options) : this.scans.all(scan, taskAfterTask, this.unwrap, options);
  }

  fetchAll(from: number, to: number, options?: ViewScanOptions): AsyncIterable<Entry<Windowed<any>, any>> {
    return this.fetchRange(null, null, from, to, options);
  }

  all(options?: ViewScanOptions): AsyncIterable<Entry<Windowed<any>, any>> {
    return this.scans.all((store) => store.all(options), taskAfterTask, this.unwrap, options);
  }
}

class LocalSessionStoreView extends SessionStoreView<any, any> {
  private readonly scans: Scans<SessionStore<any, any>>;

  constructor(
    readonly name: string,
    private readonly keyOf: (key: unknown) => Buffer,
    private readonly access: StoreAccess,
  ) {
    super();
    this.scans = new Scans(name, access);
  }

  async fetchSession(key: unknown, start: number, end: number): Promise<any> {
    return (this.access.ofKey(this.name, this.keyOf(key)) as unknown as SessionStore<any, any>).fetchSession(key, start, end);
  }

  findSessions(
    key: unknown,
    earliestEnd: number,
    latestStart: number,
    options?: ViewScanOptions,
  ): AsyncIterable<Entry<Windowed<any>, any>> {
    return this.scans.ofKey(this.keyOf(key), (store) => store.findSessions(key, earliestEnd, latestStart, options), bare, options);
  }

  fetch(key: unknown, keyTo?: unknown, options?: ViewScanOptions): AsyncIterable<Entry<Windowed<any>, any>> {
    if (keyTo === undefined && key !== null)
      return this.scans.ofKey(this.keyOf(key), (store) => store.fetch(key, undefined, options), bare, options);
    return this.scans.all((store) => store.fetch(key, keyTo, options), taskAfterTask, bare, options);
  }
}

class LocalVersionedStoreView extends VersionedStoreView<any, any> {
  constructor(
    readonly name: string,
    private readonly keyOf: (key: unknown) => Buffer,
    private readonly access: StoreAccess,
  ) {
    super();
  }

  async get(key: unknown, asOf?: number): Promise<VersionedRecord<any> | null> {
    return (this.access.ofKey(this.name, this.keyOf(key)) as unknown as VersionedKeyValueStore<any, any>).get(key, asOf);
  }
}
