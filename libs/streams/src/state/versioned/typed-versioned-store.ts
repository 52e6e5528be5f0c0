import { Headers } from '@ouzel/core';
import { deserialized, serialized, type Serde } from '../../serdes/serde.js';
import type { KeyCodec } from '../kind/key-codec.js';
import type { EngineParts } from '../kind/engine-parts.js';
import { checkBound, checkTime } from '../kind/store-arguments.js';
import { byteString } from '../rows/byte-string.js';
import type { ChangelogRecord, StateStore } from '../state-store.js';
import type { VersionedKeyValueStore, VersionedRecord } from '../store.js';
import type { FoundVersion, VersionedRows } from './versioned-rows.js';

export interface VersionedStoreParts<K, V> {
  readonly keys: KeyCodec<K>;
  readonly value: Serde<V>;
  readonly rows: VersionedRows;
  readonly store: EngineParts;
}

/** A versioned store whose types its operator or processor knows. */
export type AnyVersionedStore = TypedVersionedStore<unknown, unknown>;

/**
 * A store of versions, as processors and operators see it (MeteredVersionedKeyValueStore). Never cached. A put that
 * comes too late is logged all the same.
 */
export class TypedVersionedStore<K, V> implements VersionedKeyValueStore<K, V>, StateStore {
  constructor(
    readonly name: string,
    private readonly parts: VersionedStoreParts<K, V>,
  ) {}

  put(key: K, value: V | null, timestamp: number): number | null {
    return this.keep(key, value, timestamp, 'put');
  }

  delete(key: K, timestamp: number): VersionedRecord<V> | null {
    checkTime(timestamp, 'timestamp of the version', this.name, 'delete');
    const { keys, rows } = this.parts;
    const former = rows.isTooOld(timestamp) ? undefined : rows.asOf(keys.text(key, 'delete'), timestamp);
    this.keep(key, null, timestamp, 'delete');
    return this.decoded(former);
  }

  get(key: K, asOf?: number): VersionedRecord<V> | null {
    const { keys, rows } = this.parts;
    if (asOf !== undefined) checkBound(asOf, 'time of the version', this.name, 'get');
    const text = keys.text(key, 'get');
    return this.decoded(asOf === undefined ? rows.latest(text) : rows.asOf(text, asOf));
  }

  flush(): void {}

  restore({ key, value, timestamp }: ChangelogRecord): void {
    const { rows } = this.parts;
    const time = timestamp ?? 0;
    if (!rows.isTooOld(time)) rows.put(byteString(key), value, time);
  }

  checkpoint(): void {
    this.parts.rows.checkpoint();
  }

  close(): void {}

  private keep(key: K, value: V | null, timestamp: number, call: string): number | null {
    checkTime(timestamp, 'timestamp of the version', this.name, call);
    const { keys, rows, value: serde, store } = this.parts;
    const bytes = value === null || value === undefined ? null : serialized(serde, value, store.topic, Headers.empty);
    const isTooOld = rows.isTooOld(timestamp);
    const validTo = isTooOld ? undefined : rows.put(keys.text(key, call), bytes, timestamp);
    if (isTooOld) store.context.drop('expired', this.name);
    if (store.logged) store.context.log(this.name, keys.bytes(key, call), bytes, timestamp, Headers.empty);
    return isTooOld ? null : (validTo ?? -1);
  }

  /** `validTo` is always null, as in Kafka Streams' stores. */
  private decoded(found: FoundVersion | undefined): VersionedRecord<V> | null {
    if (found === undefined) return null;
    const { value: serde, store } = this.parts;
    return { value: deserialized(serde, found.value, store.topic, Headers.empty), timestamp: found.validFrom, validTo: null };
  }
}
