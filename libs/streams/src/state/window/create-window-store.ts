import { KeyCodec } from '../key-codec.js';
import { CachingLayer } from '../layers/caching-layer.js';
import { ChangeLoggingLayer } from '../layers/change-logging-layer.js';
import type { StoreParts } from '../state-store.js';
import type { StoreDefinition } from '../store-spec.js';
import type { WindowShape } from '../store-suppliers.js';
import type { ValueForm } from '../value-form.js';
import { DuplicatesWindowStore } from './duplicates-window-store.js';
import { ExactRetention, SegmentRetention } from '../expiry/retention.js';
import { TypedWindowStore } from './typed-window-store.js';
import { SegmentedLayout, TimeOrderedLayout } from './window-layout.js';
import { SingleWindowRows } from './window-rows.js';

/** Segments of window and session stores: half the retention, a minute at least (Stores.persistentWindowStore). */
export function segmentMs(retentionMs: number): number {
  return Math.max(Math.floor(retentionMs / 2), 60_000);
}

/** A window store of one task: typed -> record cache? -> change logging? -> rows in the order of its kind. */
export function createWindowStore(definition: StoreDefinition, shape: WindowShape, form: ValueForm<any>, parts: StoreParts): TypedWindowStore<any, any> {
  const { name, key, persistent } = definition;
  const { context, cache, topic, logged } = parts;
  const { retentionMs, sizeMs, retainDuplicates, order = 'key' } = shape;
  const segment = segmentMs(retentionMs);
  const retention = persistent ? new SegmentRetention(retentionMs, segment) : new ExactRetention(retentionMs, segment);
  const layout = persistent && order === 'key' ? new SegmentedLayout(segment) : new TimeOrderedLayout(segment);
  const rows = new SingleWindowRows({ store: name, rows: parts.rows, retention, context }, layout);
  const changelogKey = (row: string) => layout.changelogKey(row);
  const typed = { keys: new KeyCodec(key, topic, name), form, layout, sizeMs, rows };
  if (retainDuplicates) {
    const log = (row: string, value: Parameters<typeof form.logged>[0] | null) =>
      context.log(name, changelogKey(row), value === null ? null : form.logged(value), form.loggedTimestamp(value, context.record), form.loggedHeaders(value, context.record));
    return new DuplicatesWindowStore(name, { ...typed, layer: rows, cached: undefined }, logged ? log : undefined);
  }
  const inner = logged ? new ChangeLoggingLayer(rows, { store: name, form, context, changelogKey }) : rows;
  const cached = cache === undefined ? undefined : new CachingLayer(inner, cache, context, layout.extraCacheBytes);
  return new TypedWindowStore(name, { ...typed, layer: cached ?? inner, cached });
}
