import { list } from '../../serdes/list-serde.js';
import { Headers } from '@ouzel/core';
import { deserialized, serialized, type Serde } from '../../serdes/serde.js';
import { buffer } from '../../serdes/text-serdes.js';
import { byteString, bytesOf, int64At, int64Text, prefixEnd, type ByteString } from '../../state/rows/byte-string.js';
import type { KeyCodec } from '../../state/key-codec.js';
import { byBytes } from '../../state/rows/merge-rows.js';
import { operatorSpec, type OperatorStore } from '../../state/operator-stores.js';
import { StoredValue, type Row } from '../../state/rows/rows.js';
import { endAll, Scan } from '../../state/rows/scan.js';
import type { ChangelogRecord, StateStore, StateStoreSpec, StoreParts } from '../../state/state-store.js';

export type JoinSide = 'left' | 'right';

/** Records of one side, key and timestamp that found nothing yet. */
export interface UnmatchedRecord<K> {
  readonly key: K;
  readonly timestamp: number;
  readonly side: JoinSide;
}

/** One of them, with all its values. */
interface UnmatchedEntry<K> extends UnmatchedRecord<K> {
  readonly values: readonly unknown[];
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
const marks = { right: '\0', left: '\x01' } as const;

/** Where a record stands among those of both sides: its key in the changelog. */
export type UnmatchedPlace = ByteString;

export function timeOfPlace(place: UnmatchedPlace): number {
  return int64At(place, 0);
}

/**
 * Records of a left or outer join that found nothing yet, in the order of their time (the outer-join store of KStreamImplJoin). Of each side those that wait no longer
 * stand together, so that nobody walks over those that do:
 *
 *   row         side, int8 (right 0, left 1) | timestamp, int64 | key
 *   changelog   timestamp, int64 | side, int8 | key
 *   value       list of ( side, int8 | value )     all that have this key, time and side, as they came; the whole list each time
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
    const element = serialized(this.sides[record.side], value, this.parts.topic, Headers.empty);
    this.write(row, [...this.valuesAt(row), Buffer.concat([Buffer.of(record.side === 'left' ? 1 : 0), element])]);
  }

  /** All of this key, time and side; nothing is done, nor logged, where there are none. */
  remove(record: UnmatchedRecord<K>): void {
    const row = this.rowOf(record);
    if (this.parts.rows.get(row) !== undefined) this.write(row, undefined);
  }

  /** Those of each side that are older than this, by time, right before left, then by key; as they are at the call. */
  olderThan(times: Readonly<Record<JoinSide, number>>): AsyncIterable<UnmatchedEntry<K>> {
    const scans = (['right', 'left'] as const).map((side) => this.parts.rows.scan({ from: marks[side], to: rowFrom(side, times[side]) }));
    return Scan.over(this.merged(scans), ...scans);
  }

  /** The first of a side that is not older than this. */
  firstFrom(side: JoinSide, time: number): Promise<UnmatchedPlace | undefined> {
    return firstRow(this.parts.rows.scan({ from: rowFrom(side, time), to: prefixEnd(marks[side]) }));
  }

  /** The next one of either side. */
  async firstBehind(place: UnmatchedPlace): Promise<UnmatchedPlace | undefined> {
    const time = timeOfPlace(place);
    const isRight = place.charAt(8) === marks.right;
    const { rows } = this.parts;
    const ofSameSide = rows.scan({ from: `${rowAt(place)}\0`, to: prefixEnd(place.charAt(8)) });
    const next = await Promise.all([firstRow(ofSameSide), isRight ? this.firstFrom('left', time) : this.firstFrom('right', time + 1)]);
    return next.filter((found) => found !== undefined).sort(byBytes)[0];
  }

  /** The time of the last of them; Infinity where there is none. */
  async newestTime(): Promise<number> {
    const { rows } = this.parts;
    const newest = (['right', 'left'] as const).map((side) =>
      firstRow(rows.scan({ from: marks[side], to: prefixEnd(marks[side]), reverse: true })),
    );
    const times = (await Promise.all(newest)).filter((found) => found !== undefined).map(timeOfPlace);
    return times.length === 0 ? Infinity : Math.max(...times);
  }

  flush(): void {}

  restore({ key, value }: ChangelogRecord): void {
    const row = rowAt(byteString(key));
    if (value === null) this.parts.rows.delete(row);
    else this.parts.rows.put(row, new StoredValue(Buffer.from(value)));
  }

  close(): void {}

  private async *merged(scans: readonly AsyncIterable<Row>[]): AsyncGenerator<UnmatchedEntry<K>> {
    const sides = scans.map((scan) => scan[Symbol.asyncIterator]());
    try {
      const heads = await Promise.all(sides.map((side) => side.next()));
      for (;;) {
        const at = indexOfFirst(heads);
        if (at === undefined) return;
        yield this.decoded(heads[at]!.value as Row);
        heads[at] = await sides[at]!.next();
      }
    } finally {
      await endAll(scans);
    }
  }

  private decoded([row, value]: Row): UnmatchedEntry<K> {
    const side = row.charAt(0) === marks.left ? 'left' : 'right';
    const { topic } = this.parts;
    const elements = lists.deserialize(value.encode(), topic, Headers.empty);
    const values = elements.map((element) => deserialized(this.sides[side], element.subarray(1), topic, Headers.empty) as unknown);
    return { key: this.keys.decode(row.slice(9)), timestamp: int64At(row, 1), side, values };
  }

  private rowOf({ key, timestamp, side }: UnmatchedRecord<K>): ByteString {
    return marks[side] + int64Text(timestamp) + this.keys.text(key);
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
    if (logged) context.log(this.name, bytesOf(placeOf(row)), payload, context.record.timestamp, Headers.empty);
  }
}

function placeOf(row: ByteString): UnmatchedPlace {
  return row.slice(1, 9) + row.charAt(0) + row.slice(9);
}

function rowAt(place: UnmatchedPlace): ByteString {
  return place.charAt(8) + place.slice(0, 8) + place.slice(9);
}

function rowFrom(side: JoinSide, time: number): ByteString {
  return marks[side] + int64Text(Math.max(0, time));
}

async function firstRow(rows: AsyncIterable<Row>): Promise<UnmatchedPlace | undefined> {
  for await (const [row] of rows) return placeOf(row);
  return undefined;
}

function indexOfFirst(heads: readonly IteratorResult<Row>[]): number | undefined {
  let first: number | undefined;
  for (const [at, head] of heads.entries())
    if (head.done !== true && (first === undefined || placeOf(head.value[0]) < placeOf((heads[first]!.value as Row)[0]))) first = at;
  return first;
}
