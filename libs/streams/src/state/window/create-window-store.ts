import type { ByteString } from '../rows/byte-string.js';
import { ExactRetention, SegmentRetention } from '../expiry/retention.js';
import { segmentMs } from '../expiry/segment-ms.js';
import { KeyCodec } from '../key-codec.js';
import { CachingLayer } from '../layers/caching-layer.js';
import { ChangeLoggingLayer } from '../layers/change-logging-layer.js';
import type { StoredValue } from '../rows/rows.js';
import type { StoreParts } from '../state-store.js';
import type { StoreDefinition } from '../store-spec.js';
import type { WindowShape } from '../store-suppliers.js';
import type { ValueForm } from '../value-form.js';
import { DuplicatesWindowStore } from './duplicates-window-store.js';
import { RangedWindowStore } from './ranged-window-store.js';
import { IndexedRunWindowRows, RunWindowRows } from './run-window-rows.js';
import { TypedWindowStore } from './typed-window-store.js';
import { SegmentedLayout, TimeOrderedLayout } from './window-layout.js';
import { SingleWindowRows } from './window-rows.js';

/** A window store of one task: typed -> record cache? -> change logging? -> rows in the order of its kind. */
export function createWindowStore(
  definition: StoreDefinition,
  shape: WindowShape,
  form: ValueForm<any>,
  parts: StoreParts,
): TypedWindowStore<any, any> {
  const { name, key, persistent } = definition;
  const { context, topic, logged } = parts;
  const { retentionMs, sizeMs, retainDuplicates } = shape;
  const segment = segmentMs(retentionMs);
  const retention = persistent ? new SegmentRetention(retentionMs, segment) : new ExactRetention(retentionMs, segment);
  const expiring = { store: name, rows: parts.rows, retention, context };
  const isTimeOrdered = !persistent || shape.order === 'time';
  const keys = new KeyCodec(key, topic, name);
  if (!retainDuplicates && shape.access !== 'range') {
    const layout = isTimeOrdered ? new TimeOrderedLayout(segment) : new SegmentedLayout(segment);
    const rows = new SingleWindowRows(expiring, layout);
    return new TypedWindowStore(name, { keys, form, layout, sizeMs, rows, ...layers(name, form, parts, layout, rows) });
  }
  const layout = new SegmentedLayout(segment);
  const rows = isTimeOrdered ? new IndexedRunWindowRows(expiring, layout) : new RunWindowRows(expiring, layout);
  const ranged = { keys, form, layout, sizeMs, rows };
  if (!retainDuplicates) return new RangedWindowStore(name, { ...ranged, ...layers(name, form, parts, layout, rows) });
  const log = (row: ByteString, value: StoredValue | null) =>
    context.log(
      name,
      layout.changelogKey(row),
      value === null ? null : form.logged(value),
      form.loggedTimestamp(value, context.record),
      form.loggedHeaders(value, context.record),
    );
  return new DuplicatesWindowStore(name, { ...ranged, layer: rows, cached: undefined }, logged ? log : undefined, parts.rows);
}

function layers(
  store: string,
  form: ValueForm<any>,
  { context, cache, logged }: StoreParts,
  layout: SegmentedLayout | TimeOrderedLayout,
  rows: SingleWindowRows | RunWindowRows,
) {
  const changelogKey = (row: ByteString) => layout.changelogKey(row);
  const inner = logged ? new ChangeLoggingLayer(rows, { store, form, context, changelogKey }) : rows;
  const options = {
    extraKeyBytes: layout.extraCacheBytes,
    ...(rows instanceof RunWindowRows ? { groupOf: (row: ByteString) => layout.keyOf(row) } : {}),
  };
  const cached = cache === undefined ? undefined : new CachingLayer(inner, cache, context, options);
  return { layer: cached ?? inner, cached };
}
