import type { Serde } from '../serdes/serde.js';
import { createKeyValueStore } from './key-value/create-key-value-store.js';
import { createSessionStore } from './session/create-session-store.js';
import type { StateStore, StateStoreSpec, StoreKind, StoreParts } from './state-store.js';
import type { TopicConfig } from './store.js';
import type { StoreShape } from './store-suppliers.js';
import {
  PlainForm,
  PlainFormWithDeletionHeaders,
  PlainFormWithHeaders,
  TimestampedForm,
  TimestampedFormWithDeletionHeaders,
  type ValueForm,
} from './value-form.js';
import { createVersionedStore } from './versioned/create-versioned-store.js';
import { createWindowStore } from './window/create-window-store.js';

/** A store in full: shape, serdes, and how it is kept. */
export interface StoreDefinition {
  readonly name: string;
  readonly shape: StoreShape;
  readonly persistent: boolean;
  readonly key: Serde<any>;
  readonly value: Serde<any>;
  /** Values stand behind their timestamps. */
  readonly form: 'plain' | 'timestamped';
  /** `headers` (dsl.store.format): a deletion has the headers of the record in process in the changelog. */
  readonly format?: 'plain' | 'headers';
  /** Of rows of a table that are not updated, ms of stream time. */
  readonly ttlMs?: number;
  readonly caching: boolean;
  readonly logging: TopicConfig | false;
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
    retentionMs:
      shape.kind === 'window' || shape.kind === 'session' ? shape.retentionMs : shape.kind === 'versioned' ? shape.historyMs : undefined,
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

function createStore(definition: StoreDefinition, parts: StoreParts): StateStore {
  const { shape, value, form } = definition;
  const values = valueForm(definition, parts.topic);
  switch (shape.kind) {
    case 'key-value':
      return createKeyValueStore(definition, values, parts, undefined);
    case 'lru':
      return createKeyValueStore(definition, values, parts, shape.maxEntries);
    case 'window': {
      const ofWindows = form === 'timestamped' ? values : new PlainFormWithHeaders(value, parts.topic);
      return createWindowStore(definition, shape, ofWindows, parts);
    }
    case 'session':
      return createSessionStore(definition, shape, values, parts);
    case 'versioned':
      return createVersionedStore(definition, shape, parts);
  }
}

function valueForm({ form, value, format = 'plain' }: StoreDefinition, topic: string): ValueForm<any> {
  if (format === 'headers')
    return form === 'timestamped' ? new TimestampedFormWithDeletionHeaders(value, topic) : new PlainFormWithDeletionHeaders(value, topic);
  return form === 'timestamped' ? new TimestampedForm(value, topic) : new PlainForm(value, topic);
}
