import { Headers, kindOf, OuzelError, readInt64, writeInt64 } from '@ouzel/core';
import type { RecordContext } from '../../record/record.js';
import { deserialized, serialized, type Serde } from '../../serdes/serde.js';
import type { RowCopies } from '../rows/row-copies.js';
import { StoredValue } from '../rows/rows.js';
import type { ChangelogRecord, PlacedRecord } from '../state-store.js';
import type { ValueAndTimestamp } from '../store.js';

/** Values of one store, as rows and changelog records and back. */
export interface ValueCodec<V> {
  encode(value: V): StoredValue;
  /**
   * A value that its serde calls immutable is decoded once. Any other is decoded anew each time, so that a change in
   * place does not reach the store.
   */
  decode(stored: StoredValue): V;
  /** Returns the value of the changelog record. */
  logged(stored: StoredValue): Buffer;
  /** Returns the time of the changelog record; null is a deletion, which has the time of the record in process. */
  loggedTimestamp(stored: StoredValue | null, record: RecordContext): number;
  /** Reads a changelog record that has a value. */
  restored(record: ChangelogRecord): StoredValue;
  /** Ends a copied row with the value of a changelog record. */
  copy(record: PlacedRecord, copies: RowCopies): void;
}

/** The content of a row: the value alone, or its timestamp and the value. */
export type ValueFormat = 'plain' | 'timestamped';

/** Returns the codec of a store's values, typed as what the store holds. */
export function valueCodec<V>(format: ValueFormat, serde: Serde<unknown>, topic: string): ValueCodec<V> {
  const codec = format === 'timestamped' ? new TimestampedValues(serde, topic) : new PlainValues(serde, topic);
  return codec as ValueCodec<unknown> as ValueCodec<V>;
}

/** The value alone; its changelog record has the time of the record in process. */
export class PlainValues<V> implements ValueCodec<V> {
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

  loggedTimestamp(_stored: StoredValue | null, record: RecordContext): number {
    return record.timestamp;
  }

  restored({ value }: ChangelogRecord): StoredValue {
    return new StoredValue(Buffer.from(value!));
  }

  copy({ block, valueAt, valueLength }: PlacedRecord, copies: RowCopies): void {
    if (valueLength < 0) copies.delete();
    else copies.put(block, valueAt, valueLength);
  }
}

/**
 * The value behind its timestamp (ValueAndTimestampSerializer); in the changelog the timestamp is the record's:
 *
 *   timestamp, int64 | value
 */
export class TimestampedValues<V> implements ValueCodec<ValueAndTimestamp<V>> {
  constructor(
    private readonly serde: Serde<V>,
    private readonly topic: string,
  ) {}

  encode({ value, timestamp }: ValueAndTimestamp<V>): StoredValue {
    if (!Number.isSafeInteger(timestamp)) throw noTimestamp(timestamp);
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

  loggedTimestamp(stored: StoredValue | null, record: RecordContext): number {
    return stored === null ? record.timestamp : readInt64(stored.payload, 0);
  }

  restored({ value, timestamp }: ChangelogRecord): StoredValue {
    return stamped(value!, timestamp ?? 0);
  }

  copy({ block, valueAt, valueLength, timestamp }: PlacedRecord, copies: RowCopies): void {
    if (valueLength < 0) copies.delete();
    else copies.put(block, valueAt, valueLength, timestamp ?? 0);
  }
}

function noTimestamp(timestamp: unknown): OuzelError {
  const found = typeof timestamp === 'number' ? String(timestamp) : kindOf(timestamp);
  return new OuzelError('OUZEL_STATE', {
    what: `the timestamp of a stored value must be a whole number of epoch milliseconds, not ${found}`,
    help: 'A timestamped store takes { value, timestamp }.',
  });
}

function stamped(value: Buffer, timestamp: number): StoredValue {
  const payload = Buffer.allocUnsafe(8 + value.length);
  writeInt64(payload, timestamp, 0);
  value.copy(payload, 8);
  return new StoredValue(payload);
}
