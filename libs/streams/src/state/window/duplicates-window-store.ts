import type { StoreChangelog } from '../kind/store-changelog.js';
import { checkTime } from '../kind/store-arguments.js';
import { byteString, uint32At } from '../rows/byte-string.js';
import { StoredValue, type Rows } from '../rows/rows.js';
import type { ChangelogRecord } from '../state-store.js';
import { RangedWindowStore, type RangedWindowStoreParts } from './ranged-window-store.js';

/** The row of the counts: beside the runs, whose rows begin with another byte. */
const countsRow = '\0';

/**
 * A window store that keeps several values under one key and start (retainDuplicates). A number that counts up with
 * each put distinguishes them. A null is not stored, but logged, and so the changelog has a count of its own. Never
 * cached.
 *
 * The counts go on after a restart. Those of Kafka Streams begin anew, so that a value may replace another one of the
 * same key and time there. The row of the counts:
 *
 *   stored, int32 | logged, int32
 */
export class DuplicatesWindowStore<K, V> extends RangedWindowStore<K, V> {
  private sequence = 0;
  private loggedSequence = 0;
  private savedSequence = 0;

  constructor(
    name: string,
    parts: RangedWindowStoreParts<K, V>,
    /** Undefined where the store logs nothing. */
    private readonly changelog: StoreChangelog | undefined,
    private readonly counts: Rows,
  ) {
    super(name, parts);
    const saved = counts.get(countsRow)?.encode();
    if (saved === undefined) return;
    this.sequence = saved.readInt32BE(0);
    this.loggedSequence = this.savedSequence = saved.readInt32BE(4);
  }

  override put(key: K, value: V | null, windowStart: number): void {
    checkTime(windowStart, 'start of the window', this.name, 'put');
    const { layout, keys, layer, values } = this.parts;
    const text = keys.text(key, 'put');
    const stored = value === null || value === undefined ? null : values.encode(value);
    if (stored !== null) {
      this.sequence = next(this.sequence);
      layer.put(layout.rowKey(text, windowStart, this.sequence), stored);
    }
    this.loggedSequence = next(this.loggedSequence);
    this.changelog?.write(layout.rowKey(text, windowStart, this.loggedSequence), stored);
  }

  /** Returns the value that was put last of all, where it has this key and start; else null, as in Kafka Streams. */
  override fetch(key: K, windowStart: number): V | null {
    checkTime(windowStart, 'start of the window', this.name, 'fetch');
    const { layout, keys } = this.parts;
    return this.getRow(layout.rowKey(keys.text(key, 'fetch'), windowStart, this.sequence));
  }

  override peek(key: K, windowStart: number): V | null {
    return this.fetch(key, windowStart);
  }

  override restore(record: ChangelogRecord): void {
    super.restore(record);
    const key = byteString(record.key);
    const sequence = uint32At(key, key.length - 4);
    this.sequence = Math.max(this.sequence, sequence);
    this.loggedSequence = Math.max(this.loggedSequence, sequence);
  }

  override checkpoint(): void {
    super.checkpoint();
    if (this.loggedSequence === this.savedSequence) return;
    this.savedSequence = this.loggedSequence;
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeInt32BE(this.loggedSequence, bytes.writeInt32BE(this.sequence, 0));
    this.counts.put(countsRow, new StoredValue(bytes));
  }
}

function next(sequence: number): number {
  return (sequence + 1) & 0x7fffffff;
}
