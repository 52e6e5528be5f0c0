import { Headers } from '../../serdes/headers.js';
import type { Serde } from '../../serdes/serde.js';
import { byteString, bytesOf, int64Text, type ByteString } from '../byte-string.js';
import type { KeyCodec } from '../key-codec.js';
import { StoredValue, type Row } from '../rows.js';
import type { ChangelogRecord, StateStore, StoreParts } from '../state-store.js';
import { joinSideKey, keyOf, sideOf, timestampOf, type JoinSide } from './join-side-schema.js';

/** Records of one key, side and time that have not found a partner, in the order in which they came. */
export interface Unmatched<K, V> {
  readonly key: K;
  readonly side: JoinSide;
  readonly timestamp: number;
  readonly values: readonly V[];
}

const variableSize = 1;

/**
 * Records of a left or outer stream join that have not found a partner (ListValueStore), in the order of time, then right before left, then of keys. A row is a list; the
 * changelog gets it whole each time:
 *
 *   1, int8 | count, int32 | ( length, int32 | side, int8 (1: left, 0: right) | value )*
 */
export class OuterJoinStore<K, L, R> implements StateStore {
  constructor(
    readonly name: string,
    private readonly keys: KeyCodec<K>,
    private readonly left: Serde<L>,
    private readonly right: Serde<R>,
    private readonly parts: StoreParts,
  ) {}

  keyBytes(key: K): Buffer {
    return this.keys.bytes(key);
  }

  add(side: JoinSide, timestamp: number, key: K, value: L | R): void {
    const row = joinSideKey(timestamp, side, this.keys.text(key));
    const former = this.parts.rows.get(row)?.encode();
    const list = appended(former, side, this.serde(side).serialize(value as L & R, this.parts.topic, Headers.empty));
    this.parts.rows.put(row, new StoredValue(list));
    this.log(row, list);
  }

  /** Forgets all records of this key, side and time, if there are any. */
  remove(side: JoinSide, timestamp: number, key: K): void {
    const row = joinSideKey(timestamp, side, this.keys.text(key));
    if (this.parts.rows.get(row) === undefined) return;
    this.parts.rows.delete(row);
    this.log(row, null);
  }

  /** All from this time on, as they are at the call. */
  from(timestamp: number): AsyncIterable<Unmatched<K, L | R>> {
    return this.decoded(this.parts.rows.scan({ from: int64Text(Math.max(0, timestamp)) }));
  }

  flush(): void {}

  restore({ key, value }: ChangelogRecord): void {
    if (value === null) this.parts.rows.delete(byteString(key));
    else this.parts.rows.put(byteString(key), new StoredValue(Buffer.from(value)));
  }

  close(): void {}

  private async *decoded(rows: AsyncIterable<Row>): AsyncGenerator<Unmatched<K, L | R>> {
    for await (const [row, value] of rows) {
      const side = sideOf(row);
      const serde = this.serde(side);
      const values = elementsOf(value.encode()).map((bytes) => serde.deserialize(bytes, this.parts.topic, Headers.empty));
      yield { key: this.keys.decode(keyOf(row)), side, timestamp: timestampOf(row), values };
    }
  }

  private serde(side: JoinSide): Serde<L> | Serde<R> {
    return side === 'left' ? this.left : this.right;
  }

  private log(row: ByteString, list: Buffer | null): void {
    const { context, logged } = this.parts;
    if (logged) context.log(this.name, bytesOf(row), list, context.record.timestamp, Headers.empty);
  }
}

function appended(list: Buffer | undefined, side: JoinSide, value: Buffer): Buffer {
  const former = list ?? Buffer.of(variableSize, 0, 0, 0, 0);
  const bytes = Buffer.allocUnsafe(former.length + 5 + value.length);
  former.copy(bytes);
  bytes.writeInt32BE(former.readInt32BE(1) + 1, 1);
  const at = bytes.writeInt32BE(1 + value.length, former.length);
  value.copy(bytes, bytes.writeInt8(side === 'left' ? 1 : 0, at));
  return bytes;
}

/** The values of a list, without their sides. */
function elementsOf(list: Buffer): Buffer[] {
  const elements: Buffer[] = [];
  for (let at = 5; at < list.length; ) {
    const end = at + 4 + list.readInt32BE(at);
    elements.push(list.subarray(at + 5, end));
    at = end;
  }
  return elements;
}
