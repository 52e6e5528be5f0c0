import { readInt64, writeInt64, Headers } from '@ouzel/core';
import { deserialized, serialized, type Serde } from '../serdes/serde.js';
import type { RecordContext } from '../processor/record.js';
import { StoredValue } from './rows/rows.js';
import type { ChangelogRecord } from './state-store.js';
import type { ValueAndTimestamp } from './store.js';

/** How a value stands in a store's rows and in its changelog. */
export interface ValueForm<V> {
  encode(value: V): StoredValue;
  /** A value that its serde calls immutable is decoded once; any other anew each time, so that nobody's changes in place reach the store. */
  decode(stored: StoredValue): V;
  /** What the changelog gets; a deletion has the time and headers of the record in process. */
  logged(stored: StoredValue): Buffer;
  loggedTimestamp(stored: StoredValue | null, context: RecordContext): number;
  loggedHeaders(stored: StoredValue | null, context: RecordContext): Headers;
  /** Of a changelog record with a value. */
  restored(record: ChangelogRecord): StoredValue;
}

/** The value alone; its changelog record has the time of the record in process. */
export class PlainForm<V> implements ValueForm<V> {
  constructor(
    private readonly serde: Serde<V>,
    private readonly topic: string,
  ) {}

  encode(value: V): StoredValue {
    return new StoredValue(
      Buffer.from(serialized(this.serde, value, this.topic, Headers.empty)),
      this.serde.immutable === true ? value : undefined,
    );
  }

  decode(stored: StoredValue): V {
    if (stored.decoded !== undefined) return stored.decoded as V;
    const value = deserialized(this.serde, stored.payload, this.topic, Headers.empty);
    if (this.serde.immutable === true) stored.decoded = value;
    return value;
  }

  logged(stored: StoredValue): Buffer {
    return stored.payload;
  }

  loggedTimestamp(_stored: StoredValue | null, context: RecordContext): number {
    return context.timestamp;
  }

  loggedHeaders(_stored: StoredValue | null, _context: RecordContext): Headers {
    return Headers.empty;
  }

  restored({ value }: ChangelogRecord): StoredValue {
    return new StoredValue(Buffer.from(value!));
  }
}

/** As PlainForm, with the headers of the record in process in the changelog: sides of a stream join, since 4.3. */
export class PlainFormWithHeaders<V> extends PlainForm<V> {
  override loggedHeaders(_stored: StoredValue | null, context: RecordContext): Headers {
    return context.headers;
  }
}

/** As PlainForm, with the headers of the record in process where it deletes (dsl.store.format=HEADERS). */
export class PlainFormWithDeletionHeaders<V> extends PlainForm<V> {
  override loggedHeaders(stored: StoredValue | null, context: RecordContext): Headers {
    return stored === null ? context.headers : Headers.empty;
  }
}

/**
 * The value behind its timestamp (ValueAndTimestampSerializer); in the changelog the timestamp is the record's:
 *
 *   timestamp, int64 | value
 */
export class TimestampedForm<V> implements ValueForm<ValueAndTimestamp<V>> {
  constructor(
    private readonly serde: Serde<V>,
    private readonly topic: string,
  ) {}

  encode({ value, timestamp }: ValueAndTimestamp<V>): StoredValue {
    const stored = stamped(serialized(this.serde, value, this.topic, Headers.empty), timestamp);
    if (this.serde.immutable === true) stored.decoded = { value, timestamp };
    return stored;
  }

  decode(stored: StoredValue): ValueAndTimestamp<V> {
    if (stored.decoded !== undefined) return stored.decoded as ValueAndTimestamp<V>;
    const { payload } = stored;
    const read = { value: deserialized(this.serde, payload.subarray(8), this.topic, Headers.empty), timestamp: readInt64(payload, 0) };
    if (this.serde.immutable === true) stored.decoded = read;
    return read;
  }

  logged(stored: StoredValue): Buffer {
    return stored.payload.subarray(8);
  }

  loggedTimestamp(stored: StoredValue | null, context: RecordContext): number {
    return stored === null ? context.timestamp : readInt64(stored.payload, 0);
  }

  loggedHeaders(_stored: StoredValue | null, _context: RecordContext): Headers {
    return Headers.empty;
  }

  restored({ value, timestamp }: ChangelogRecord): StoredValue {
    return stamped(value!, timestamp ?? 0);
  }
}

/** As TimestampedForm, with the headers of the record in process in the changelog: subscriptions of foreign-key joins, since 4.3. */
export class TimestampedFormWithHeaders<V> extends TimestampedForm<V> {
  override loggedHeaders(_stored: StoredValue | null, context: RecordContext): Headers {
    return context.headers;
  }
}

/** As TimestampedForm, with the headers of the record in process where it deletes (dsl.store.format=HEADERS). */
export class TimestampedFormWithDeletionHeaders<V> extends TimestampedForm<V> {
  override loggedHeaders(stored: StoredValue | null, context: RecordContext): Headers {
    return stored === null ? context.headers : Headers.empty;
  }
}

function stamped(value: Buffer, timestamp: number): StoredValue {
  const payload = Buffer.allocUnsafe(8 + value.length);
  writeInt64(payload, timestamp, 0);
  value.copy(payload, 8);
  return new StoredValue(payload);
}
