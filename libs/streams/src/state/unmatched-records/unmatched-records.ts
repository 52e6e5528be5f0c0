import { Headers } from '@ouzel/core';
import type { JoinSide, SidedValue } from '../../serdes/left-or-right.js';
import { list } from '../../serdes/list-serde.js';
import { deserialized, serialized, type Serde } from '../../serdes/serde.js';
import { buffer } from '../../serdes/text-serdes.js';
import type { KeyCodec } from '../kind/key-codec.js';
import type { EngineParts } from '../kind/engine-parts.js';
import { byteString, bytesOf, int64At, int64Text, prefixEnd, type ByteString } from '../rows/byte-string.js';
import { byBytes } from '../rows/merge-rows.js';
import { StoredValue, type Row } from '../rows/rows.js';
import { endAll, Scan } from '../rows/scan.js';
import type { ChangelogRecord, StateStore } from '../state-store.js';

/** The records of one side, key and timestamp that found no match yet. */
export interface UnmatchedRecord<K> {
  readonly key: K;
  readonly timestamp: number;
  readonly side: JoinSide;
}

/** The same with all their values, in the order in which they came. */
interface UnmatchedEntry<K> extends UnmatchedRecord<K> {
  readonly values: readonly unknown[];
}

const lists = list(buffer);
const marks = { right: '\0', left: '\x01' } as const;

/** The place of a record in the order of both sides: its key in the changelog. */
export type UnmatchedPlace = ByteString;

export function timeOfPlace(place: UnmatchedPlace): number {
  return int64At(place, 0);
}

/**
 * The records of a left or outer join that found no match yet, in the order of their time (the outer-join store of
 * KStreamImplJoin). The rows of each side stand together, so that a scan reads the records of one side that are due and
 * none that still wait:
 *
 *   row         side, int8 (right 0, left 1) | timestamp, int64 | key
 *   changelog   timestamp, int64 | side, int8 | key
 *   value       list of ( side, int8 | value )
 *
 * A row holds all records of its key, time and side, in the order in which they came.
 */
export class UnmatchedRecords<K> implements StateStore {
  constructor(
    readonly name: string,
    private readonly keys: KeyCodec<K>,
    private readonly value: Serde<SidedValue>,
    private readonly parts: EngineParts,
  ) {}

  add(record: UnmatchedRecord<K>, value: unknown): void {
    const row = this.rowOf(record);
    const element = serialized(this.value, { side: record.side, value }, this.parts.topic, Headers.empty);
    this.write(row, [...this.valuesAt(row), element]);
  }

  /** Removes all records of this key, time and side. Where there are none, nothing is logged. */
  remove(record: UnmatchedRecord<K>): void {
    const row = this.rowOf(record);
    if (this.parts.rows.get(row) !== undefined) this.write(row, undefined);
  }

  /**
   * Scans the records of each side that are older than its time, as they are at the call: by time, right before left,
   * then by key.
   */
  olderThan(times: Readonly<Record<JoinSide, number>>): AsyncIterable<UnmatchedEntry<K>> {
    const scans = (['right', 'left'] as const).map((side) => this.parts.rows.scan({ from: marks[side], to: rowFrom(side, times[side]) }));
    return Scan.over(this.merged(scans), ...scans);
  }

  /** Returns the first place of a side that is not older than the time. */
  firstFrom(side: JoinSide, time: number): Promise<UnmatchedPlace | undefined> {
    return firstRow(this.parts.rows.scan({ from: rowFrom(side, time), to: prefixEnd(marks[side]) }));
  }

  /** Returns the next place of either side. */
  async firstBehind(place: UnmatchedPlace): Promise<UnmatchedPlace | undefined> {
    const time = timeOfPlace(place);
    const isRight = place.charAt(8) === marks.right;
    const { rows } = this.parts;
    const ofSameSide = rows.scan({ from: `${rowAt(place)}\0`, to: prefixEnd(place.charAt(8)) });
    const next = await Promise.all([firstRow(ofSameSide), isRight ? this.firstFrom('left', time) : this.firstFrom('right', time + 1)]);
    return next.filter((found) => found !== undefined).sort(byBytes)[0];
  }

  /** Returns the highest time of all records; Infinity where there are none. */
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
    const values = elements.map((element) => deserialized(this.value, element, topic, Headers.empty).value);
    return { key: this.keys.decode(row.slice(9)), timestamp: int64At(row, 1), side, values };
  }

  private rowOf({ key, timestamp, side }: UnmatchedRecord<K>): ByteString {
    return marks[side] + int64Text(timestamp) + this.keys.text(key, 'put');
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
