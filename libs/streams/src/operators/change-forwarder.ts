import { change, type Change } from '../record/change.js';
import type { NodeContext } from '../processor/node.js';
import { StreamRecord } from '../record/record.js';
import { Headers } from '@ouzel/core';
import { changeSource } from '../state/change-source.js';
import type { ValueAndTimestamp, Windowed } from '../state/store.js';

/**
 * Forwards the changes of a table: at once, or, where the table's store is cached, when its cache is flushed
 * (TimestampedTupleForwarder, TimestampedCacheFlushListener).
 */
export interface ChangeForwarder<K, V> {
  forward(key: K, newValue: V | null, oldValue: V | null, timestamp: number, from: StreamRecord<unknown, unknown>): void | Promise<void>;
}

/** How a node hands a record to its children. */
export type Emit<K, V> = (record: StreamRecord<K, Change<V>>) => void | Promise<void>;

/**
 * Returns the forwarder of changes of a store of values with timestamps. `wantsOldValues` says that a node below needs
 * the former values.
 */
export function forwardChanges<K, V>(
  store: unknown,
  context: NodeContext,
  emit: Emit<K, V>,
  wantsOldValues: boolean,
): ChangeForwarder<K, V> {
  const source = changeSource<K, ValueAndTimestamp<V>>(store);
  if (source === undefined) {
    return {
      forward: (key, newValue, oldValue, timestamp, { headers }) =>
        emit(new StreamRecord(key, change(newValue, wantsOldValues ? oldValue : null), timestamp, headers)),
    };
  }
  source.setFlushListener((key, newValue, oldValue) => {
    const { timestamp, headers } = context.record;
    return emit(new StreamRecord(key, change(newValue?.value ?? null, oldValue?.value ?? null), newValue?.timestamp ?? timestamp, headers));
  }, wantsOldValues);
  return { forward: () => {} };
}

/** As ChangeForwarder for sessions, whose time is their end (SessionTupleForwarder, SessionCacheFlushListener). */
export interface SessionForwarder<K, A> {
  forward(session: Windowed<K>, newValue: A | null, oldValue: A | null): void | Promise<void>;
}

/**
 * For a session store. What is forwarded at once has no headers, as in Kafka Streams; at a flush it has those of the
 * last update, or, where the store has headers of its own, those, which are empty.
 */
export function forwardSessions<K, A>(
  store: unknown,
  context: NodeContext,
  emit: Emit<Windowed<K>, A>,
  wantsOldValues: boolean,
): SessionForwarder<K, A> {
  const source = changeSource<Windowed<K>, A>(store);
  if (source === undefined) {
    return {
      forward: (session, newValue, oldValue) =>
        emit(new StreamRecord(session, change(newValue, wantsOldValues ? oldValue : null), session.window.end, Headers.empty)),
    };
  }
  const headers = source.storesHeaders === true ? () => Headers.empty : () => context.record.headers;
  source.setFlushListener(
    (session, newValue, oldValue) => emit(new StreamRecord(session, change(newValue, oldValue), session.window.end, headers())),
    wantsOldValues,
  );
  return withholdChanges;
}

/** Forwards no updates: for tables whose results are emitted when their windows close. */
export const withholdChanges: ChangeForwarder<unknown, unknown> & SessionForwarder<unknown, unknown> = { forward: () => {} };
