import { Headers } from '@ouzel/core';

/** A record on its way through a topology. It is immutable. Timestamps are epoch ms. */
export class StreamRecord<K, V> {
  constructor(
    readonly key: K,
    readonly value: V,
    readonly timestamp: number,
    readonly headers: Headers = Headers.empty,
  ) {}

  /** Returns a copy with these changes. */
  with<K2 = K, V2 = V>(changes: { key?: K2; value?: V2; timestamp?: number; headers?: Headers }): StreamRecord<K2, V2> {
    const key = 'key' in changes ? changes.key : this.key;
    const value = 'value' in changes ? changes.value : this.value;
    return new StreamRecord<K2, V2>(key as K2, value as V2, changes.timestamp ?? this.timestamp, changes.headers ?? this.headers);
  }

  /** Does what `with({ value })` does, and allocates no object for the changes. */
  withValue<V2>(value: V2): StreamRecord<K, V2> {
    return new StreamRecord(this.key, value, this.timestamp, this.headers);
  }

  /** Does what `with({ key })` does, and allocates no object for the changes. */
  withKey<K2>(key: K2): StreamRecord<K2, V> {
    return new StreamRecord(key, this.value, this.timestamp, this.headers);
  }
}

/** Where a record was read. */
export interface RecordMetadata {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/**
 * Where the record being processed came from, with the time and headers that it has by now (ProcessorRecordContext).
 * Captured with a record that is processed later. In a punctuation: topic null, partition and offset -1, no source
 * bytes.
 */
export interface RecordContext {
  readonly topic: string | null;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly headers: Headers;
  readonly sourceKey: Buffer | null;
  readonly sourceValue: Buffer | null;
}

/** Returns the context of no record: in punctuations, and between records. */
export function noRecord(timestamp: number): RecordContext {
  return { topic: null, partition: -1, offset: -1, timestamp, headers: Headers.empty, sourceKey: null, sourceValue: null };
}

/** Returns `context` with the time and headers of a record that a node forwards: the nodes below it see those. */
export function contextAt(context: RecordContext, timestamp: number, headers: Headers): RecordContext {
  const { topic, partition, offset, sourceKey, sourceValue } = context;
  return { topic, partition, offset, timestamp, headers, sourceKey, sourceValue };
}
