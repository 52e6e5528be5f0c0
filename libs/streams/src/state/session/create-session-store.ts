import { bytesOf, type ByteString } from '../rows/byte-string.js';
import { ExactRetention, SegmentRetention } from '../expiry/retention.js';
import { segmentMs } from '../expiry/segment-ms.js';
import { KeyCodec } from '../key-codec.js';
import { CachingLayer } from '../layers/caching-layer.js';
import { ChangeLoggingLayer } from '../layers/change-logging-layer.js';
import type { StoreParts } from '../state-store.js';
import type { StoreDefinition } from '../store-spec.js';
import type { SessionShape } from '../store-suppliers.js';
import type { ValueForm } from '../value-form.js';
import { MemorySessionIndex, PersistentSessionIndex } from './session-index.js';
import { groupOf, SessionRows } from './session-rows.js';
import { TypedSessionStore } from './typed-session-store.js';

/** A session store of one task: typed -> record cache? -> change logging? -> runs. */
export function createSessionStore(
  definition: StoreDefinition,
  { retentionMs, order = 'key' }: SessionShape,
  form: ValueForm<any>,
  parts: StoreParts,
): TypedSessionStore<any, any> {
  const { name, key, persistent } = definition;
  const { rows, context, cache, topic, logged } = parts;
  const segment = segmentMs(retentionMs);
  const retention = persistent ? new SegmentRetention(retentionMs, segment) : new ExactRetention(retentionMs, segment);
  const index = !persistent ? new MemorySessionIndex(retention) : order === 'time' ? new PersistentSessionIndex(retention) : undefined;
  const lowest = new SessionRows({ store: name, rows, retention, context }, index, persistent ? 'key' : 'time');
  const changelogKey = (row: ByteString) => bytesOf(row.slice(8));
  const inner = logged ? new ChangeLoggingLayer(lowest, { store: name, form, context, changelogKey }) : lowest;
  const cached = cache === undefined ? undefined : new CachingLayer(inner, cache, context, { groupOf });
  const keys = new KeyCodec(key, topic, name);
  const storesHeaders = definition.format === 'headers';
  return new TypedSessionStore(name, { keys, form, layer: cached ?? inner, cached, rows: lowest, storesHeaders });
}
