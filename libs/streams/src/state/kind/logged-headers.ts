import { Headers } from '@ouzel/core';
import type { RecordContext } from '../../record/record.js';
import type { StoredValue } from '../rows/rows.js';

/** Chooses the headers of a changelog record. `value` is null for a deletion; `record` is the record in process. */
export type LoggedHeaders = (value: StoredValue | null, record: RecordContext) => Headers;

/** Changelogs of most stores have no headers. */
export const noHeaders: LoggedHeaders = () => Headers.empty;

/**
 * Windows of stream joins and subscriptions of foreign-key joins log the headers of the record, since Kafka Streams
 * 4.3.
 */
export const recordHeaders: LoggedHeaders = (_value, { headers }) => headers;

/** With dsl.store.format=HEADERS a deletion has the headers of the record that caused it. */
export const deletionHeaders: LoggedHeaders = (value, { headers }) => (value === null ? headers : Headers.empty);

/** Returns the headers of a store of tables: by the store format of the application. */
export function headersOf(format: 'plain' | 'headers'): LoggedHeaders {
  return format === 'headers' ? deletionHeaders : noHeaders;
}
