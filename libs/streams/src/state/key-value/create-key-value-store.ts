import { KeyCodec } from '../kind/key-codec.js';
import type { LoggedHeaders } from '../kind/logged-headers.js';
import { StoreChangelog } from '../kind/store-changelog.js';
import type { EngineParts } from '../kind/engine-parts.js';
import type { StoreSpec } from '../kind/store-kind.js';
import { valueCodec, type ValueFormat } from '../kind/value-codec.js';
import { ReadCachingLayer } from '../layers/caching-layer.js';
import { ChangeLoggingLayer } from '../layers/change-logging-layer.js';
import type { RowLayer } from '../layers/row-layer.js';
import { bytesOf } from '../rows/byte-string.js';
import { TypedKeyValueStore, type AnyKeyValueStore } from './typed-key-value-store.js';

/** The layers in which the kinds of key-value stores differ. */
export interface KeyValueLayers {
  readonly headers: LoggedHeaders;
  /** Makes the lowest layer. */
  lowest(changelog: StoreChangelog | undefined): RowLayer;
  readonly ttlMs?: number | undefined;
}

/** A key-value store of one task, in layers: typed store, record cache, change logging, rows. */
export function createKeyValueStore(
  { name, key, value, options }: StoreSpec<{ readonly values: ValueFormat }>,
  parts: EngineParts,
  { headers, lowest, ttlMs }: KeyValueLayers,
): AnyKeyValueStore {
  const { context, cache, topic } = parts;
  const values = valueCodec<unknown>(options.values, value, topic);
  const changelog = StoreChangelog.of(parts, { store: name, values, headers, changelogKey: bytesOf });
  const rows = lowest(changelog);
  const logging = ChangeLoggingLayer.over(rows, changelog);
  const cached = cache === undefined ? undefined : new ReadCachingLayer(name, logging, cache, context, {});
  return new TypedKeyValueStore(name, { ttlMs, keys: new KeyCodec(key, topic, name), values, layer: cached ?? logging, cached, rows });
}
