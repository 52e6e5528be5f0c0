import { bytesOf } from '../rows/byte-string.js';
import { KeyCodec } from '../key-codec.js';
import { ReadCachingLayer } from '../layers/caching-layer.js';
import { ChangeLoggingLayer } from '../layers/change-logging-layer.js';
import { RowLayer } from '../layers/row-layer.js';
import type { StoreParts } from '../state-store.js';
import type { StoreDefinition } from '../store-spec.js';
import type { ValueForm } from '../value-form.js';
import { CountedLayer } from './counted-layer.js';
import { LruLayer } from './lru-layer.js';
import { TypedKeyValueStore } from './typed-key-value-store.js';

/** A key-value store of one task: typed -> record cache? -> change logging? -> rows. `maxEntries`: of an LRU map, else undefined. */
export function createKeyValueStore(
  definition: StoreDefinition,
  form: ValueForm<any>,
  parts: StoreParts,
  maxEntries: number | undefined,
): TypedKeyValueStore<any, any> {
  const { name, key, persistent } = definition;
  const { rows, context, cache, topic, logged } = parts;
  const keys = new KeyCodec(key, topic, name);
  const logging = { store: name, form, context, changelogKey: bytesOf };
  const deleted = (oldest: string) => {
    if (logged)
      context.log(name, bytesOf(oldest), null, form.loggedTimestamp(null, context.record), form.loggedHeaders(null, context.record));
  };
  const lru = maxEntries === undefined ? undefined : new LruLayer(rows, maxEntries, deleted, name);
  const counted = lru ?? (persistent ? undefined : new CountedLayer(rows));
  const lowest = counted ?? new RowLayer(rows);
  const inner = logged ? new ChangeLoggingLayer(lowest, logging) : lowest;
  const cached = cache === undefined ? undefined : new ReadCachingLayer(inner, cache, context, {});
  return new TypedKeyValueStore(name, {
    ttlMs: definition.ttlMs,
    keys,
    form,
    layer: cached ?? inner,
    cached,
    rows: lowest,
    restore: (text, value) => (lru === undefined ? lowest.put(text, value) : lru.enter(text, value)),
    count: () => counted?.size ?? rows.approximateCount(),
  });
}
