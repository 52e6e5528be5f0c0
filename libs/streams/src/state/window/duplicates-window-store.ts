import { byteString, uint32At, type ByteString } from '../rows/byte-string.js';
import { StoredValue, type Rows } from '../rows/rows.js';
import type { ChangelogRecord } from '../state-store.js';
import { RangedWindowStore } from './ranged-window-store.js';
import type { RunWindowRows } from './run-window-rows.js';
import type { WindowStoreParts } from './typed-window-store.js';

/** Sends a put to the changelog. */
export type LogWindow = (row: ByteString, value: StoredValue | null) => void;

/** Beside the runs, whose rows begin with another byte. */
const countsRow = '\0';

/**
 * A window store that keeps several values under one key and start, told apart by a number that counts up with each put (retainDuplicates). A null is not stored, but
 * logged, and so the changelog has a count of its own. Never cached.
 *
 * Counts go on after a restart; those of Kafka Streams begin anew, and then a value may take the place of another of the same key and time. The row of the counts:
 *
 *   stored, int32 | logged, int32
 */
export class DuplicatesWindowStore<K, V> extends RangedWindowStore<K, V> {
  private sequence = 0;
  private loggedSequence = 0;
  private savedSequence = 0;

  constructor(
    name: string,
    parts: WindowStoreParts<K, V> & { readonly rows: RunWindowRows },
    /** Undefined where there is no changelog. */
    private readonly log: LogWindow | undefined,
    private readonly counts: Rows,
  ) {
    super(name, parts);
    const saved = counts.get(countsRow)?.encode();
    if (saved === undefined) return;
    this.sequence = saved.readInt32BE(0);
    this.loggedSequence = this.savedSequence = saved.readInt32BE(4);
  }

  override put(key: K, value: V | null, windowStart: number): void {
    const { layout, keys, layer, form } = this.parts;
    const text = keys.text(key);
    const stored = value === null || value === undefined ? null : form.encode(value);
    if (stored !== null) {
      this.sequence = next(this.sequence);
      layer.put(layout.rowKey(text, windowStart, this.sequence), stored);
    }
    this.loggedSequence = next(this.loggedSequence);
    this.log?.(layout.rowKey(text, windowStart, this.loggedSequence), stored);
  }

  /** The value that was put last, if it was this one. */
  override fetch(key: K, windowStart: number): V | null {
    const { layout, keys, layer, form } = this.parts;
    const stored = layer.get(layout.rowKey(keys.text(key), windowStart, this.sequence));
    return stored === undefined ? null : form.decode(stored);
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

  override peek(key: K, windowStart: number): V | null {
    return this.fetch(key, windowStart);
  }
}

function next(sequence: number): number {
  return (sequence + 1) & 0x7fffffff;
}
