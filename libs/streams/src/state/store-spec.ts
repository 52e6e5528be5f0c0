import type { Serde } from '../serdes/serde.js';
import { TypedKeyValueStore } from './key-value/typed-key-value-store.js';
import { LruRows } from './key-value/lru-rows.js';
import type { StateStore, StateStoreSpec, StoreKind, StoreParts } from './state-store.js';
import type { TopicConfig } from './store.js';
import type { StoreShape } from './store-suppliers.js';
import { plainForm, timestampedForm } from './value-form.js';
import { SegmentedWindowRows } from './window/segmented-window-rows.js';
import { TimeOrderedWindowRows } from './window/time-ordered-window-rows.js';
import { TypedWindowStore } from './window/typed-window-store.js';

/** A store in full: shape, serdes, and how it is kept. */
export interface StoreDefinition {
  readonly name: string;
  readonly shape: StoreShape;
  readonly persistent: boolean;
  readonly key: Serde<any>;
  readonly value: Serde<any>;
  /** Values stand behind their timestamps. */
  readonly form: 'plain' | 'timestamped';
  readonly caching: boolean;
  readonly logging: TopicConfig | false;
}

/** Segments of window and session stores: half the retention, a minute at least (Stores.persistentWindowStore). */
export function segmentMs(retentionMs: number): number {
  return Math.max(Math.floor(retentionMs / 2), 60_000);
}

/** What a task makes its stores from. */
export function storeSpec(definition: StoreDefinition): StateStoreSpec {
  const { name, shape, persistent, caching, logging } = definition;
  return {
    name,
    kind: kindOf(definition),
    persistent,
    caching,
    logging,
    retentionMs: shape.kind === 'window' || shape.kind === 'session' ? shape.retentionMs : shape.kind === 'versioned' ? shape.historyMs : undefined,
    retainDuplicates: shape.kind === 'window' && shape.retainDuplicates,
    key: definition.key,
    create: (parts) => createStore(definition, parts),
  };
}

function kindOf({ shape, form }: StoreDefinition): StoreKind {
  const isTimestamped = form === 'timestamped';
  switch (shape.kind) {
    case 'key-value':
    case 'lru':
      return isTimestamped ? 'timestamped-key-value' : 'key-value';
    case 'window':
      return isTimestamped ? 'timestamped-window' : 'window';
    default:
      return shape.kind;
  }
}

function createStore({ name, shape, persistent, key, value, form }: StoreDefinition, parts: StoreParts): StateStore {
  const values = form === 'timestamped' ? timestampedForm(value, parts.topic) : plainForm(value, parts.topic);
  switch (shape.kind) {
    case 'key-value':
      return new TypedKeyValueStore(name, key, values, parts);
    case 'lru':
      return new TypedKeyValueStore(name, key, values, { ...parts, rows: new LruRows(parts.rows, shape.maxEntries) });
    case 'window': {
      const { retentionMs, sizeMs, retainDuplicates } = shape;
      const Rows = persistent ? SegmentedWindowRows : TimeOrderedWindowRows;
      const rows = new Rows(name, parts.rows, parts.context, retentionMs, segmentMs(retentionMs));
      return new TypedWindowStore(name, { key, form: values, sizeMs, retainDuplicates, rows }, parts);
    }
    default:
      throw new Error(`no store for ${shape.kind} yet`);
  }
}
