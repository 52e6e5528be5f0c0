import { durationMs, type Duration, TopologyError } from '@ouzel/core';
import { StoreSupplier } from './store.js';

/** A supplier with what it says: read by builders and by the DSL. */
export class SuppliedStore extends StoreSupplier {
  constructor(
    readonly name: string,
    readonly shape: StoreShape,
    readonly persistent: boolean,
  ) {
    super();
  }
}

/**
 * A window store. `order`: what its scans follow; time for windows that are emitted when they close. Default: key. In-memory stores always follow time.
 * `access`: by range where an operator asks for the windows of a key with every record (sliding windows). Default: by point; duplicates are always found by range.
 */
export interface WindowShape {
  readonly kind: 'window';
  readonly retentionMs: number;
  readonly sizeMs: number;
  readonly retainDuplicates: boolean;
  readonly order?: 'key' | 'time';
  readonly access?: 'point' | 'range';
}

/** A session store. `order`: time for sessions that are emitted when they close, default: key. In-memory stores always follow time. */
export interface SessionShape {
  readonly kind: 'session';
  readonly retentionMs: number;
  readonly order?: 'key' | 'time';
}

/** A versioned store: how far back one may look, and in what pieces of time the past is removed (Kafka Streams' own choice if undefined). */
export interface VersionedShape {
  readonly kind: 'versioned';
  readonly historyMs: number;
  readonly segmentMs: number | undefined;
}

/** What kind of rows a store keeps, and for how long. Times in ms. */
export type StoreShape =
  { readonly kind: 'key-value' } | { readonly kind: 'lru'; readonly maxEntries: number } | WindowShape | SessionShape | VersionedShape;

export interface WindowStoreOptions {
  retention: Duration;
  size: Duration;
  retainDuplicates?: boolean;
}

function window(name: string, { retention, size, retainDuplicates = false }: WindowStoreOptions, persistent: boolean): StoreSupplier {
  const retentionMs = durationMs(retention, 'retention');
  const sizeMs = durationMs(size, 'size');
  if (retentionMs < 0 || sizeMs < 0)
    throw new TopologyError('OUZEL_TOPOLOGY', { what: 'retention and window size must not be negative', where: `store "${name}"` });
  if (sizeMs > retentionMs)
    throw new TopologyError('OUZEL_TOPOLOGY', {
      what: `the retention of ${retentionMs} ms is shorter than a window of ${sizeMs} ms`,
      where: `store "${name}"`,
    });
  return new SuppliedStore(name, { kind: 'window', retentionMs, sizeMs, retainDuplicates }, persistent);
}

function session(name: string, retention: Duration, persistent: boolean): StoreSupplier {
  return new SuppliedStore(name, { kind: 'session', retentionMs: durationMs(retention, 'retention') }, persistent);
}

/** Suppliers: where a store lives and for how long it keeps what. */
export const suppliers = {
  /** In the task's database. */
  persistentKeyValueStore: (name: string): StoreSupplier => new SuppliedStore(name, { kind: 'key-value' }, true),
  inMemoryKeyValueStore: (name: string): StoreSupplier => new SuppliedStore(name, { kind: 'key-value' }, false),
  /** In memory; has at most so many entries: the least recently used one is deleted, in the changelog too. */
  lruMap: (name: string, maxEntries: number): StoreSupplier => new SuppliedStore(name, { kind: 'lru', maxEntries }, false),
  persistentWindowStore: (name: string, options: WindowStoreOptions): StoreSupplier => window(name, options, true),
  inMemoryWindowStore: (name: string, options: WindowStoreOptions): StoreSupplier => window(name, options, false),
  persistentSessionStore: (name: string, { retention }: { retention: Duration }): StoreSupplier => session(name, retention, true),
  inMemorySessionStore: (name: string, { retention }: { retention: Duration }): StoreSupplier => session(name, retention, false),
  persistentVersionedKeyValueStore: (name: string, { history, segment }: { history: Duration; segment?: Duration }): StoreSupplier =>
    new SuppliedStore(
      name,
      {
        kind: 'versioned',
        historyMs: durationMs(history, 'history'),
        segmentMs: segment === undefined ? undefined : durationMs(segment, 'segment'),
      },
      true,
    ),
};
