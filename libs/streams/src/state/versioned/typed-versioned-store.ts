import { Headers } from '@ouzel/core';
import { deserialized, serialized, type Serde } from '../../serdes/serde.js';
import { byteString } from '../rows/byte-string.js';
import type { KeyCodec } from '../key-codec.js';
import type { ChangelogRecord, StateStore, StoreParts } from '../state-store.js';
import type { VersionedKeyValueStore, VersionedRecord } from '../store.js';
import type { FoundVersion, VersionedRows } from './versioned-rows.js';

/** A store of versions, as processors and operators see it (MeteredVersionedKeyValueStore). Never cached. What is too old to be put is logged all the same. */
export class TypedVersionedStore<K, V> implements VersionedKeyValueStore<K, V>, StateStore {
  constructor(
    readonly name: string,
    private readonly keys: KeyCodec<K>,
    private readonly value: Serde<V>,
    private readonly rows: VersionedRows,
    private readonly parts: StoreParts,
  ) {}

  /** The stored bytes of a key: what chooses partitions. */
  keyBytes(key: K): Buffer {
    return this.keys.bytes(key);
  }

  put(key: K, value: V | null, timestamp: number): number | null {
    const { topic, context } = this.parts;
    const bytes = value === null || value === undefined ? null : serialized(this.value, value, topic, Headers.empty);
    const isTooOld = this.rows.isTooOld(timestamp);
    const validTo = isTooOld ? undefined : this.rows.put(this.keys.text(key), bytes, timestamp);
    if (isTooOld) context.drop('expired', this.name);
    this.log(key, bytes, timestamp);
    return isTooOld ? null : (validTo ?? -1);
  }

  delete(key: K, timestamp: number): VersionedRecord<V> | null {
    const former = this.rows.isTooOld(timestamp) ? undefined : this.rows.asOf(this.keys.text(key), timestamp);
    this.put(key, null, timestamp);
    return this.decoded(former);
  }

  get(key: K, asOf?: number): VersionedRecord<V> | null {
    const text = this.keys.text(key);
    return this.decoded(asOf === undefined ? this.rows.latest(text) : this.rows.asOf(text, asOf));
  }

  flush(): void {}

  restore({ key, value, timestamp }: ChangelogRecord): void {
    const time = timestamp ?? 0;
    if (!this.rows.isTooOld(time)) this.rows.put(byteString(key), value, time);
  }

  checkpoint(): void {
    this.rows.checkpoint();
  }

  close(): void {}

  private log(key: K, value: Buffer | null, timestamp: number): void {
    const { context, logged } = this.parts;
    if (logged) context.log(this.name, this.keys.bytes(key), value, timestamp, Headers.empty);
  }

  /** Kafka Streams' stores do not tell either until when a version is valid. */
  private decoded(found: FoundVersion | undefined): VersionedRecord<V> | null {
    if (found === undefined) return null;
    return { value: deserialized(this.value, found.value, this.parts.topic, Headers.empty), timestamp: found.validFrom, validTo: null };
  }
}
