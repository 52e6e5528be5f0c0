import { readInt64, writeInt64, Headers } from '@ouzel/core';
import type { RecordContext, StreamRecord } from '../../record/record.js';
import { deserialized, serialized, type Serde } from '../../serdes/serde.js';
import { byteString, bytesOf, int32Text, int64At, int64Text, uint32At, type ByteString } from '../rows/byte-string.js';
import type { KeyCodec } from '../kind/key-codec.js';
import { byBytes } from '../rows/merge-rows.js';
import { StoredValue, type Row } from '../rows/rows.js';
import { Runs } from '../runs/runs.js';
import type { EngineParts } from '../kind/engine-parts.js';
import type { ChangelogRecord, StateStore } from '../state-store.js';
import { decodeBufferValue, encodeBufferValue } from '../buffered/buffer-value.js';

/** A record that is in the buffer. */
export interface WaitingRecord<K, V> {
  readonly key: K;
  readonly value: V;
  /** The record context in which it came. */
  readonly context: RecordContext;
  readonly place: WaitingPlace;
}

/** Where a waiting record stands: by time, then by the bytes of its key, then in the order in which it came. */
interface WaitingPlace {
  readonly timestamp: number;
  readonly key: ByteString;
  readonly sequence: number;
}

export interface GraceBufferParts<K, V> {
  readonly name: string;
  readonly graceMs: number;
  readonly keys: KeyCodec<K>;
  readonly value: Serde<V>;
  readonly store: EngineParts;
}

const suffixLength = 12;
/** The number of segments in a grace period. Records are let go a segment at a time. */
const segments = 64;
/** The row that holds the stream time and the count of the buffer. */
const clockRow = '';

/**
 * Records that wait until stream time has passed theirs by the grace period, in the order of time
 * (RocksDBTimeOrderedKeyValueBuffer). The time that counts is that of the records that were put, or what `advance`
 * says. Changelog records have no time of their own:
 *
 *   0, int8 | timestamp, int64 | key | sequence, int32  ->  BufferValue, its time 0
 *
 * Rows are runs by segments of time, so that what is due is found without a scan:
 *
 *   segment, int64 ; timestamp, int64 | sequence, int32  ->  length, int32 | key | BufferValue
 */
export class GraceBuffer<K, V> implements StateStore {
  readonly name: string;
  private readonly runs: Runs;
  /**
   * The length of a segment. It stays as it was for the first of the records that wait, so that they are found after
   * the grace period of the topology has changed.
   */
  private segmentMs: number;
  /** Segments that have records, in order: few, since all that may wait is within one grace period. */
  private live: number[] = [];
  private observed = -1;
  private sequence = 0;
  private isMoved = false;

  constructor(private readonly parts: GraceBufferParts<K, V>) {
    this.name = parts.name;
    this.segmentMs = Math.max(1, Math.ceil(parts.graceMs / segments));
    const { rows } = parts.store;
    this.runs = new Runs(rows, suffixLength);
    const saved = rows.get(clockRow);
    if (saved !== undefined) this.readClock(saved.encode());
  }

  /** False: the grace period behind the record is over already. */
  put({ key, value, timestamp }: StreamRecord<K, V>, context: RecordContext): boolean {
    const { graceMs, keys, value: serde, store } = this.parts;
    if (timestamp < this.observed - graceMs) return false;
    this.observed = Math.max(this.observed, timestamp);
    this.sequence = (this.sequence + 1) & 0x7fffffff;
    const place = { timestamp, key: byteString(keys.bytes(key, 'put')), sequence: this.sequence };
    const bytes = encodeBufferValue({ prior: null, old: null, value: serialized(serde, value, store.topic, Headers.empty), context }, 0);
    this.write(place, bytes);
    this.log(place, bytes);
    return true;
  }

  /** Time goes on without a record. */
  advance(time: number): void {
    if (time <= this.observed) return;
    this.observed = time;
    this.isMoved = true;
  }

  /**
   * Records that need not wait any longer, in order; not all of them when there are many. They stay until they are
   * removed.
   */
  due(): WaitingRecord<K, V>[] {
    const [segment] = this.live;
    const until = this.observed - this.parts.graceMs + 1;
    if (segment === undefined || until <= segment * this.segmentMs) return [];
    const rows = this.runs.range(int64Text(segment), '', int64Text(until));
    return rows.map((row) => this.waiting(row)).sort(byPlace);
  }

  remove({ place }: WaitingRecord<K, V>): void {
    this.erase(place);
    this.log(place, null);
  }

  flush(): void {}

  restore({ key, value }: ChangelogRecord): void {
    const text = byteString(key);
    const place = { timestamp: int64At(text, 1), key: text.slice(9, -4), sequence: uint32At(text, text.length - 4) };
    this.observed = Math.max(this.observed, place.timestamp);
    this.sequence = Math.max(this.sequence, place.sequence);
    if (value === null) this.erase(place);
    else this.write(place, value);
  }

  /** The clock row: time, int64 | last sequence, int32 | length of a segment, ms, int64 | ( segment, int64 )* */
  checkpoint(): void {
    if (!this.isMoved) return;
    this.isMoved = false;
    const bytes = Buffer.allocUnsafe(20 + 8 * this.live.length);
    let at = writeInt64(bytes, this.segmentMs, bytes.writeInt32BE(this.sequence, writeInt64(bytes, this.observed, 0)));
    for (const segment of this.live) at = writeInt64(bytes, segment, at);
    this.parts.store.rows.put(clockRow, new StoredValue(bytes));
  }

  close(): void {}

  private readClock(bytes: Buffer): void {
    this.observed = readInt64(bytes, 0);
    this.sequence = bytes.readInt32BE(8);
    if (bytes.length > 20) this.segmentMs = readInt64(bytes, 12);
    for (let at = 20; at < bytes.length; at += 8) this.live.push(readInt64(bytes, at));
  }

  private write({ timestamp, key, sequence }: WaitingPlace, value: Buffer): void {
    const segment = Math.floor(timestamp / this.segmentMs);
    const payload = Buffer.allocUnsafe(4 + key.length + value.length);
    payload.write(key, payload.writeInt32BE(key.length, 0), 'latin1');
    value.copy(payload, 4 + key.length);
    this.runs.put(int64Text(segment), suffixOf(timestamp, sequence), new StoredValue(payload));
    if (!this.live.includes(segment)) this.live = [...this.live, segment].sort((a, b) => a - b);
    this.isMoved = true;
  }

  private erase({ timestamp, sequence }: WaitingPlace): void {
    const segment = Math.floor(timestamp / this.segmentMs);
    const run = int64Text(segment);
    this.runs.delete(run, suffixOf(timestamp, sequence));
    if (this.runs.first(run, '') === undefined) this.live = this.live.filter((other) => other !== segment);
    this.isMoved = true;
  }

  private waiting([suffix, { payload }]: Row<StoredValue>): WaitingRecord<K, V> {
    const { keys, value: serde, store } = this.parts;
    const end = 4 + payload.readInt32BE(0);
    const key = payload.toString('latin1', 4, end);
    const { value, context: origin } = decodeBufferValue(payload.subarray(end)).buffered;
    // The bytes of the source record are not kept: those that waited stand for them where the record is dropped.
    const context = { ...origin, sourceKey: bytesOf(key), sourceValue: value };
    const place = { timestamp: int64At(suffix, 0), key, sequence: uint32At(suffix, 8) };
    return { key: keys.decode(key), value: deserialized(serde, value!, store.topic, Headers.empty), context, place };
  }

  private log({ timestamp, key, sequence }: WaitingPlace, value: Buffer | null): void {
    const { context, logged } = this.parts.store;
    if (logged) context.log(this.name, bytesOf('\0' + int64Text(timestamp) + key + int32Text(sequence)), value, null, Headers.empty);
  }
}

function suffixOf(timestamp: number, sequence: number): ByteString {
  return int64Text(timestamp) + int32Text(sequence);
}

function byPlace({ place: a }: WaitingRecord<unknown, unknown>, { place: b }: WaitingRecord<unknown, unknown>): number {
  return a.timestamp - b.timestamp || byBytes(a.key, b.key) || a.sequence - b.sequence;
}
