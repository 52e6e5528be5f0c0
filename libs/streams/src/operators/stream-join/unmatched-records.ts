import { list } from '../../serdes/list-serde.js';
import { Headers } from '../../serdes/headers.js';
import type { Serde } from '../../serdes/serde.js';
import { buffer } from '../../serdes/text-serdes.js';
import { byteString, bytesOf, int64At, int64Text, type ByteString } from '../../state/byte-string.js';
import type { KeyCodec } from '../../state/key-codec.js';
import { operatorSpec, type OperatorStore } from '../../state/operator-stores.js';
import { StoredValue } from '../../state/rows.js';
import type { ChangelogRecord, StateStore, StateStoreSpec, StoreParts } from '../../state/state-store.js';

export type JoinSide = 'left' | 'right';

/** Records of one side, key and timestamp that found nothing yet. */
export interface UnmatchedRecord<K> {
  readonly key: K;
  readonly timestamp: number;
  readonly side: JoinSide;
}

/** How the values of both sides are encoded. */
export type SideSerdes = Readonly<Record<JoinSide, Serde<any>>>;

/** The store of one left or outer join. */
export function unmatchedRecords<K>(
  store: OperatorStore<K> & { readonly persistent: boolean; readonly sides: SideSerdes },
): StateStoreSpec {
  return operatorSpec(store, 'list', store.persistent, (keys, parts) => new UnmatchedRecords(store.name, keys, store.sides, parts));
}

const lists = list(buffer);
const rightMark = '\0';
const leftMark = '\x01';

/**
 * Records of a left or outer join that found nothing yet, in the order of their time (the outer-join store of KStreamImplJoin). Rows and
 * changelog:
 *
 *   key     timestamp, int64 | side, int8 (right 0, left 1) | key
 *   value   list of ( side, int8 | value )     all that have this key, time and side, as they came; the whole list each time
 */
export class UnmatchedRecords<K> implements StateStore {
  constructor(
    readonly name: string,
    private readonly keys: KeyCodec<K>,
    private readonly sides: SideSerdes,
    private readonly parts: StoreParts,
  ) {}

  add(record: UnmatchedRecord<K>, value: unknown): void {
    const row = this.rowOf(record);
    const element = this.sides[record.side].serialize(value, this.parts.topic, Headers.empty);
    this.write(row, [...this.valuesAt(row), Buffer.concat([Buffer.of(record.side === 'left' ? 1 : 0), element])]);
  }

  /** All of this key, time and side; nothing is done, nor logged, where there are none. */
  remove(record: UnmatchedRecord<K>): void {
    const row = this.rowOf(record);
    if (this.parts.rows.get(row) !== undefined) this.write(row, undefined);
  }

  /** By time, right before left, then by key; as it is at the call. */
  async *all(): AsyncGenerator<UnmatchedRecord<K> & { readonly values: readonly unknown[] }> {
    const { rows, topic } = this.parts;
    for await (const [row, value] of rows.scan({})) {
      const side = row.charAt(8) === leftMark ? 'left' : 'right';
      const elements = lists.deserialize(value.encode(), topic, Headers.empty);
      yield {
        key: this.keys.decode(row.slice(9)),
        timestamp: int64At(row, 0),
        side,
        values: elements.map((element) => this.sides[side].deserialize(element.subarray(1), topic, Headers.empty)),
      };
    }
  }

  /** The time of the last of them; Infinity where there is none. */
  async newestTime(): Promise<number> {
    for await (const [row] of this.parts.rows.scan({ reverse: true })) return int64At(row, 0);
    return Infinity;
  }

  flush(): void {}

  restore({ key, value }: ChangelogRecord): void {
    const row = byteString(key);
    if (value === null) this.parts.rows.delete(row);
    else this.parts.rows.put(row, new StoredValue(Buffer.from(value)));
  }

  close(): void {}

  private rowOf({ key, timestamp, side }: UnmatchedRecord<K>): ByteString {
    return int64Text(timestamp) + (side === 'left' ? leftMark : rightMark) + this.keys.text(key);
  }

  private valuesAt(row: ByteString): readonly Buffer[] {
    const stored = this.parts.rows.get(row);
    return stored === undefined ? [] : lists.deserialize(stored.encode(), this.parts.topic, Headers.empty);
  }

  private write(row: ByteString, values: readonly Buffer[] | undefined): void {
    const { rows, logged, context, topic } = this.parts;
    const payload = values === undefined ? null : lists.serialize([...values], topic, Headers.empty);
    if (payload === null) rows.delete(row);
    else rows.put(row, new StoredValue(payload));
    if (logged) context.log(this.name, bytesOf(row), payload, context.record.timestamp, Headers.empty);
  }
}
