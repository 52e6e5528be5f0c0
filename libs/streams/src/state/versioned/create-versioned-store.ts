import { KeyCodec } from '../key-codec.js';
import type { StoreParts } from '../state-store.js';
import type { StoreDefinition } from '../store-spec.js';
import type { VersionedShape } from '../store-suppliers.js';
import { TypedVersionedStore } from './typed-versioned-store.js';
import { VersionedRows } from './versioned-rows.js';

/** A versioned store of one task. */
export function createVersionedStore(
  { name, key, value }: StoreDefinition,
  { historyMs, segmentMs = defaultSegmentMs(historyMs) }: VersionedShape,
  parts: StoreParts,
): TypedVersionedStore<any, any> {
  return new TypedVersionedStore(
    name,
    new KeyCodec(key, parts.topic, name),
    value,
    new VersionedRows(parts.rows, historyMs, segmentMs),
    parts,
  );
}

/** RocksDbVersionedKeyValueBytesStoreSupplier. */
function defaultSegmentMs(historyMs: number): number {
  if (historyMs <= 60_000) return Math.max(Math.floor(historyMs / 3), 2_000);
  if (historyMs <= 300_000) return Math.max(Math.floor(historyMs / 5), 20_000);
  if (historyMs <= 3_600_000) return Math.max(Math.floor(historyMs / 12), 60_000);
  return Math.max(Math.floor(historyMs / 24), 300_000);
}
