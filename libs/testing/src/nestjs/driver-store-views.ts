import {
  KeyValueStoreView,
  SessionStoreView,
  VersionedStoreView,
  WindowStoreView,
  type Entry,
  type KeyValueStore,
  type SessionStore,
  type StoreView,
  type VersionedKeyValueStore,
  type VersionedRecord,
  type ViewScanOptions,
  type Windowed,
  type WindowStore,
} from '@ouzel/streams';
import type { TopologyTestDriver } from '../topology-test-driver.js';

async function* scan<T>(items: Promise<AsyncIterable<T>>, { limit = Infinity }: ViewScanOptions = {}): AsyncGenerator<T> {
  let left = limit;
  if (left <= 0) return;
  for await (const item of await items) {
    yield item;
    if (--left <= 0) return;
  }
}

/** A key-value store of a test driver, as controllers and services see it. */
class DriverKeyValueView<K, V> extends KeyValueStoreView<K, V> {
  constructor(
    readonly name: string,
    private readonly store: Promise<KeyValueStore<K, V>>,
  ) {
    super();
  }
  async get(key: K): Promise<V | null> {
    return (await this.store).get(key);
  }
  range(from: K | null, to: K | null, options?: ViewScanOptions): AsyncIterable<Entry<K, V>> {
    return scan(
      this.store.then((store) => store.range(from, to, options)),
      options,
    );
  }
  all(options?: ViewScanOptions): AsyncIterable<Entry<K, V>> {
    return scan(
      this.store.then((store) => store.all(options)),
      options,
    );
  }
  prefixScan(prefix: string | Buffer, options?: ViewScanOptions): AsyncIterable<Entry<K, V>> {
    return scan(
      this.store.then((store) => store.prefixScan(prefix)),
      options,
    );
  }
  async approximateNumEntries(): Promise<number> {
    return (await this.store).approximateNumEntries();
  }
}

/** A window store of a test driver, as controllers and services see it. */
class DriverWindowView<K, V> extends WindowStoreView<K, V> {
  constructor(
    readonly name: string,
    private readonly store: Promise<WindowStore<K, V>>,
  ) {
    super();
  }
  async fetch(key: K, windowStart: number): Promise<V | null> {
    return (await this.store).fetch(key, windowStart);
  }
  fetchRange(key: K | null, keyTo: K | null, from: number, to: number, options?: ViewScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    return scan(
      this.store.then((store) => store.fetchRange(key, keyTo, from, to, options)),
      options,
    );
  }
  fetchAll(from: number, to: number, options?: ViewScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    return scan(
      this.store.then((store) => store.fetchAll(from, to, options)),
      options,
    );
  }
  all(options?: ViewScanOptions): AsyncIterable<Entry<Windowed<K>, V>> {
    return scan(
      this.store.then((store) => store.all(options)),
      options,
    );
  }
}

/** A session store of a test driver, as controllers and services see it. */
class DriverSessionView<K, A> extends SessionStoreView<K, A> {
  constructor(
    readonly name: string,
    private readonly store: Promise<SessionStore<K, A>>,
  ) {
    super();
  }
  async fetchSession(key: K, start: number, end: number): Promise<A | null> {
    return (await this.store).fetchSession(key, start, end);
  }
  findSessions(key: K, earliestEnd: number, latestStart: number, options?: ViewScanOptions): AsyncIterable<Entry<Windowed<K>, A>> {
    return scan(
      this.store.then((store) => store.findSessions(key, earliestEnd, latestStart, options)),
      options,
    );
  }
  fetch(key: K | null, keyTo?: K | null, options?: ViewScanOptions): AsyncIterable<Entry<Windowed<K>, A>> {
    return scan(
      this.store.then((store) => store.fetch(key, keyTo, options)),
      options,
    );
  }
}

/** A versioned store of a test driver, as controllers and services see it. */
class DriverVersionedView<K, V> extends VersionedStoreView<K, V> {
  constructor(
    readonly name: string,
    private readonly store: Promise<VersionedKeyValueStore<K, V>>,
  ) {
    super();
  }
  async get(key: K, asOf?: number): Promise<VersionedRecord<V> | null> {
    return (await this.store).get(key, asOf);
  }
}

/** A view of the driver's store, of the kind that `like` is of. */
export function driverStoreView(driver: TopologyTestDriver, like: StoreView): StoreView {
  const { name } = like;
  if (like instanceof KeyValueStoreView) return new DriverKeyValueView(name, driver.keyValueStore(name));
  if (like instanceof WindowStoreView) return new DriverWindowView(name, driver.windowStore(name));
  if (like instanceof SessionStoreView) return new DriverSessionView(name, driver.sessionStore(name));
  return new DriverVersionedView(name, driver.versionedKeyValueStore(name));
}
