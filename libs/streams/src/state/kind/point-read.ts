import { Headers, OuzelError } from '@ouzel/core';
import type { ValueAndTimestamp } from '../store.js';
import type { ValueFormat } from './value-codec.js';
import type { PositionedRead, ReadAnswer, ReadOptions, StaleRead, StoreReach } from './store-view.js';

/** Options of a query that returns its result with how far the store is. */
export type AnswerRead = StaleRead | PositionedRead;

/**
 * Asks the store of a key. Returns the result, or a ReadAnswer where the options ask for one. `show` turns what the store
 * returned into the result.
 */
export async function readPoint<T>(
  stores: StoreReach,
  options: ReadOptions | AnswerRead | undefined | null,
  show: (stored: unknown) => T,
  key: unknown,
  query: string,
  ...parameters: readonly unknown[]
): Promise<T | ReadAnswer<T>> {
  if (options === undefined || options === null) return show(await stores.ask(key, query, ...parameters));
  const { value, lag, position } = await stores.askWith(options, key, query, ...parameters);
  const isAnswer = options.stale === true || ('position' in options && options.position);
  return isAnswer ? { value: show(value), lag, position } : show(value);
}

/** A value with what the store keeps beside it (KIP-1356). */
export interface StoredRecord<V> {
  readonly value: V;
  /** Time of the record that the value is of, epoch ms. */
  readonly timestamp: number;
  /** Empty: tables keep none of the headers of their records, as in Kafka Streams. */
  readonly headers: Headers;
}

/** Returns a function that makes a record of what a store returned. Throws OUZEL_STATE where the store keeps no timestamps. */
export function recordOf<V>(store: string, format: ValueFormat): (stored: unknown) => StoredRecord<V> | null {
  if (format === 'plain')
    throw new OuzelError('OUZEL_STATE', {
      what: `store "${store}" keeps no timestamps and no headers`,
      help: 'Stores of tables keep them; ask this one for the value alone.',
    });
  return (stored) => {
    if (stored === null) return null;
    const { value, timestamp } = stored as ValueAndTimestamp<V>;
    return { value, timestamp, headers: Headers.empty };
  };
}
