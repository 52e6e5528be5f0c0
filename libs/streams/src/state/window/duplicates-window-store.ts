import type { ByteString } from '../byte-string.js';
import type { StoredValue } from '../rows.js';
import { RangedWindowStore } from './ranged-window-store.js';
import type { RunWindowRows } from './run-window-rows.js';
import type { WindowStoreParts } from './typed-window-store.js';

/** Sends a put to the changelog. */
export type LogWindow = (row: ByteString, value: StoredValue | null) => void;

/**
 * A window store that keeps several values under one key and start, told apart by a number that counts up with each put (retainDuplicates). A null is not stored, but
 * logged, and so the changelog has a count of its own. Never cached.
 */
export class DuplicatesWindowStore<K, V> extends RangedWindowStore<K, V> {
  private sequence = 0;
  private loggedSequence = 0;

  constructor(
    name: string,
    parts: WindowStoreParts<K, V> & { readonly rows: RunWindowRows },
    /** Undefined where there is no changelog. */
    private readonly log: LogWindow | undefined,
  ) {
    super(name, parts);
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

  override peek(key: K, windowStart: number): V | null {
    return this.fetch(key, windowStart);
  }
}

function next(sequence: number): number {
  return (sequence + 1) & 0x7fffffff;
}
