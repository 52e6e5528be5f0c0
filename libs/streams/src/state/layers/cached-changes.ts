import type { ChangeSource } from '../change-source.js';
import type { CachingLayer } from './caching-layer.js';
import type { ByteString } from '../rows/byte-string.js';
import type { ValueCodec } from '../kind/value-codec.js';

/** Returns the changes of a typed store, decoded; undefined where it has no cache. */
export function cachedChanges<K, V>(
  cached: CachingLayer | undefined,
  keyOf: (row: ByteString) => K,
  values: ValueCodec<V>,
  storesHeaders = false,
): ChangeSource<K, V> | undefined {
  if (cached === undefined) return undefined;
  return {
    storesHeaders,
    setFlushListener: (listener, wantsOldValues) =>
      cached.setFlushListener(
        (row, value, former) =>
          listener(keyOf(row), value === null ? null : values.decode(value), former === null ? null : values.decode(former)),
        wantsOldValues,
      ),
  };
}
