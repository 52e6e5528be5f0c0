import { StateError, Headers } from '@ouzel/core';
import type { Change } from '../../record/change.js';
import type { RecordContext } from '../../record/record.js';
import { deserialized, serialized, type Serde } from '../../serdes/serde.js';
import { byteString, bytesOf, int64Text, type ByteString } from '../rows/byte-string.js';
import type { KeyCodec } from '../kind/key-codec.js';
import type { RowValue } from '../rows/rows.js';
import { SortedMap } from '../rows/sorted-map.js';
import type { EngineParts } from '../kind/engine-parts.js';
import type { ChangelogRecord, StateStore } from '../state-store.js';
import { encodeBufferValue, residentBytes, type BufferValue } from '../buffered/buffer-value.js';
import { DirtyKeys } from './dirty-keys.js';
import { readBufferValue } from './read-buffer-value.js';

const versionHeaders = Headers.of([['v', Buffer.of(3)]]);

/** A change that waits. A row of the store, so that what an aborted commit took back is not lost. */
class Buffered implements RowValue {
  readonly size: number;

  constructor(
    readonly key: ByteString,
    /** When it was put first: its place in the buffer. */
    readonly time: number,
    readonly change: BufferValue,
  ) {
    this.size = 8 + key.length + residentBytes(change);
  }

  get place(): ByteString {
    return int64Text(this.time) + this.key;
  }

  encode(): Buffer {
    return encodeBufferValue(this.change, this.time);
  }
}

/** A change that leaves the buffer, with the context of its last update. */
export interface Eviction<K, V> {
  readonly key: K;
  readonly change: Change<V>;
  readonly context: RecordContext;
}

/**
 * Changes of a table that wait to be forwarded, one per key, in the order in which their keys came
 * (InMemoryTimeOrderedKeyValueChangeBuffer): by the time given with the first of a key, then by key. In memory; the
 * changelog gets at each flush what changed since the last.
 */
export class ChangeBuffer<K, V> implements StateStore {
  private readonly entries = new Map<ByteString, Buffered>();
  private readonly order = new SortedMap<Buffered>();
  private readonly dirty = new DirtyKeys();
  /** Bytes of all, as Kafka Streams counts them. */
  bytes = 0;

  constructor(
    readonly name: string,
    private readonly keys: KeyCodec<K>,
    private readonly values: Serde<V>,
    private readonly parts: EngineParts,
  ) {
    for (const [, row] of parts.rows.list()) this.enter(row as Buffered);
  }

  get size(): number {
    return this.entries.size;
  }

  /** The time of the first in order; Infinity when there is none. */
  get minTime(): number {
    return this.order.first()?.[1].time ?? Infinity;
  }

  /** Takes the place of what waits for the key, or a new one at this time. */
  put(time: number, key: K, { newValue, oldValue }: Change<V>, context: RecordContext): void {
    const text = this.keys.text(key, 'put');
    const waiting = this.entries.get(text);
    const old = this.encoded(oldValue);
    const { topic, partition, offset, timestamp, headers } = context;
    const change: BufferValue = {
      prior: waiting === undefined ? old : waiting.change.prior,
      old,
      value: this.encoded(newValue),
      // Without the source record: it would keep a whole fetch response in memory.
      context: { topic, partition, offset, timestamp, headers, sourceKey: null, sourceValue: null },
    };
    const buffered = new Buffered(text, waiting?.time ?? time, change);
    this.enter(buffered);
    this.parts.rows.put(text, buffered);
    this.dirty.add(text);
  }

  /** The value that was forwarded last for a key that waits; undefined: the key does not wait. */
  priorValue(key: K): V | null | undefined {
    const waiting = this.entries.get(this.keys.text(key, 'get'));
    return waiting === undefined ? undefined : this.decoded(waiting.change.prior);
  }

  /**
   * Removes the first changes in order and emits them, one after the other, as long as the condition holds. Returns a
   * promise only where `emit` returned one.
   */
  evictWhile(condition: () => boolean, emit: (eviction: Eviction<K, V>) => void | Promise<void>): void | Promise<void> {
    for (let first = this.order.first(); first !== undefined && condition(); first = this.order.first()) {
      const [, buffered] = first;
      const { key, change } = buffered;
      const pending = emit({
        key: this.keys.decode(key),
        change: { newValue: this.decoded(change.value), oldValue: this.decoded(change.old), isLatest: true },
        context: change.context,
      });
      this.remove(buffered);
      this.dirty.add(key);
      if (pending !== undefined) return pending.then(() => this.evictWhile(condition, emit));
    }
  }

  flush(): void {
    const { context, logged } = this.parts;
    for (const key of this.dirty.take()) {
      if (!logged) continue;
      const waiting = this.entries.get(key);
      context.log(this.name, bytesOf(key), waiting?.encode() ?? null, null, waiting === undefined ? Headers.empty : versionHeaders);
    }
  }

  restore(record: ChangelogRecord): void {
    const { key, value } = record;
    const text = byteString(key);
    const waiting = this.entries.get(text);
    if (value === null) {
      if (waiting !== undefined) this.remove(waiting);
      return;
    }
    const read = readBufferValue(record, value, this.parts.topic, waiting?.change);
    if (read === undefined) {
      throw new StateError('OUZEL_STATE', {
        what: 'the changelog was written by a version of Kafka Streams that is not known here',
        where: `store "${this.name}"`,
      });
    }
    // A key that left and came back between two flushes is found with the time of its first coming, as in Kafka
    // Streams.
    const entry = new Buffered(text, waiting?.time ?? read.time, read.buffered);
    this.enter(entry);
    this.parts.rows.put(text, entry);
  }

  close(): void {}

  private enter(buffered: Buffered): void {
    const former = this.entries.get(buffered.key);
    if (former !== undefined) {
      this.bytes -= former.size;
      this.order.delete(former.place);
    }
    this.entries.set(buffered.key, buffered);
    this.order.set(buffered.place, buffered);
    this.bytes += buffered.size;
  }

  private remove(buffered: Buffered): void {
    this.entries.delete(buffered.key);
    this.order.delete(buffered.place);
    this.bytes -= buffered.size;
    this.parts.rows.delete(buffered.key);
  }

  private encoded(value: V | null): Buffer | null {
    return value === null ? null : Buffer.from(serialized(this.values, value, this.parts.topic, Headers.empty));
  }

  private decoded(bytes: Buffer | null): V | null {
    return bytes === null ? null : deserialized(this.values, bytes, this.parts.topic, Headers.empty);
  }
}
