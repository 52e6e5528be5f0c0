import type { ExpiringRowsParts } from '../expiry/expiring-rows.js';
import { retentionOf } from '../expiry/retention.js';
import { KeyCodec } from '../kind/key-codec.js';
import { headersOf, recordHeaders } from '../kind/logged-headers.js';
import { StoreChangelog } from '../kind/store-changelog.js';
import type { EngineParts } from '../kind/engine-parts.js';
import type { StoreSpec } from '../kind/store-kind.js';
import { valueCodec } from '../kind/value-codec.js';
import { CachingLayer } from '../layers/caching-layer.js';
import { ChangeLoggingLayer } from '../layers/change-logging-layer.js';
import type { ByteString } from '../rows/byte-string.js';
import { DuplicatesWindowStore } from './duplicates-window-store.js';
import { PointWindowStore } from './point-window-store.js';
import { RangedWindowStore } from './ranged-window-store.js';
import { IndexedRunWindowRows, RunWindowRows } from './run-window-rows.js';
import type { AnyWindowStore } from './typed-window-store.js';
import { SegmentedLayout, TimeOrderedLayout, type WindowLayout } from './window-layout.js';
import type { WindowOptions } from './window-options.js';
import { SingleWindowRows, type WindowRows } from './window-rows.js';

/** The window store of one task. Options and persistence decide how its rows lie. */
export function createWindowStore(spec: StoreSpec<WindowOptions>, parts: EngineParts): AnyWindowStore {
  const { name, options, persistent } = spec;
  const retention = retentionOf(options.retentionMs, persistent);
  const expiring = { store: name, rows: parts.rows, retention, context: parts.context };
  const isTimeOrdered = !persistent || options.order === 'time';
  const { segmentMs } = retention;
  if (!options.retainDuplicates && options.access !== 'range')
    return pointStore(spec, parts, expiring, isTimeOrdered ? new TimeOrderedLayout(segmentMs) : new SegmentedLayout(segmentMs));
  const layout = new SegmentedLayout(segmentMs);
  const rows = isTimeOrdered ? new IndexedRunWindowRows(expiring, layout) : new RunWindowRows(expiring, layout);
  return options.retainDuplicates ? duplicatesStore(spec, parts, layout, rows) : rangedStore(spec, parts, layout, rows);
}

function pointStore(spec: StoreSpec<WindowOptions>, parts: EngineParts, expiring: ExpiringRowsParts, layout: WindowLayout): AnyWindowStore {
  const rows = new SingleWindowRows(expiring, layout);
  return new PointWindowStore(spec.name, { ...common(spec, parts, layout), rows, ...layers(spec, parts, layout, rows) });
}

function rangedStore(spec: StoreSpec<WindowOptions>, parts: EngineParts, layout: WindowLayout, rows: RunWindowRows): AnyWindowStore {
  const groupOf = (row: ByteString) => layout.keyOf(row);
  return new RangedWindowStore(spec.name, { ...common(spec, parts, layout), rows, ...layers(spec, parts, layout, rows, groupOf) });
}

function duplicatesStore(spec: StoreSpec<WindowOptions>, parts: EngineParts, layout: WindowLayout, rows: RunWindowRows): AnyWindowStore {
  const store = { ...common(spec, parts, layout), rows, layer: rows, cached: undefined };
  return new DuplicatesWindowStore(spec.name, store, changelogOf(spec, parts, layout), parts.rows);
}

function common({ name, key, options, value }: StoreSpec<WindowOptions>, { topic }: EngineParts, layout: WindowLayout) {
  const values = valueCodec<unknown>(options.values, value, topic);
  return { keys: new KeyCodec(key, topic, name), values, layout, sizeMs: options.sizeMs };
}

function layers(
  spec: StoreSpec<WindowOptions>,
  parts: EngineParts,
  layout: WindowLayout,
  rows: WindowRows,
  groupOf?: (row: ByteString) => ByteString,
) {
  const { context, cache } = parts;
  const logging = ChangeLoggingLayer.over(rows, changelogOf(spec, parts, layout));
  const options = { extraKeyBytes: layout.extraCacheBytes, ...(groupOf && { groupOf }) };
  const cached = cache === undefined ? undefined : new CachingLayer(spec.name, logging, cache, context, options);
  return { layer: cached ?? logging, cached };
}

function changelogOf({ name, options, value, format }: StoreSpec<WindowOptions>, parts: EngineParts, layout: WindowLayout) {
  return StoreChangelog.of(parts, {
    store: name,
    values: valueCodec<unknown>(options.values, value, parts.topic),
    headers: options.values === 'plain' ? recordHeaders : headersOf(format),
    changelogKey: (row) => layout.changelogKey(row),
  });
}
