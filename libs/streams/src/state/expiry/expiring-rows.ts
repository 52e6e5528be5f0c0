import { readInt64, writeInt64 } from '@ouzel/core';
import type { ByteString } from '../rows/byte-string.js';
import type { Layer } from '../layers/layer.js';
import { StoredValue, type Rows } from '../rows/rows.js';
import type { StoreContext } from '../state-store.js';
import type { Retention } from './retention.js';

/** The row of the store's time: no other row has an empty key. */
const clockRow = '';

export interface ExpiringRowsParts {
  readonly store: string;
  readonly rows: Rows;
  readonly retention: Retention;
  readonly context: StoreContext;
}

/**
 * The lowest layer of a store of windows or sessions: hides what is older than the retention, refuses what comes too
 * late, removes old segments as one range, and keeps the store's time over restarts.
 */
export abstract class ExpiringRows implements Layer {
  private removedTo = 0;
  private savedTime: number;

  constructor(protected readonly parts: ExpiringRowsParts) {
    const { rows, retention } = parts;
    const saved = rows.get(clockRow);
    if (saved !== undefined) retention.observe(readInt64(saved.encode(), 0));
    this.savedTime = retention.observed;
  }

  get(key: ByteString): StoredValue | undefined {
    return this.timeOf(key) < this.parts.retention.earliest ? undefined : this.read(key);
  }

  put(key: ByteString, value: StoredValue | null): void {
    if (!this.restore(key, value)) this.parts.context.drop('expired', this.parts.store);
  }

  /** Puts without counting what comes too late. Returns whether the row was taken. */
  restore(key: ByteString, value: StoredValue | null): boolean {
    if (!this.takes(this.timeOf(key))) return false;
    if (value === null) this.remove(key);
    else this.write(key, value);
    return true;
  }

  flush(): void {}

  /** Writes the row of the store's time. */
  checkpoint(): void {
    const { rows, retention } = this.parts;
    if (retention.observed === this.savedTime) return;
    this.savedTime = retention.observed;
    const bytes = Buffer.allocUnsafe(8);
    writeInt64(bytes, retention.observed, 0);
    rows.put(clockRow, new StoredValue(bytes));
  }

  /** Observes the time of a row, and removes what it lets expire. Returns whether the row is kept. */
  protected takes(time: number): boolean {
    const { retention } = this.parts;
    retention.observe(time);
    if (retention.refuses(time)) return false;
    const { firstLive } = retention;
    if (firstLive > this.removedTo) {
      this.removeSegments(this.removedTo, firstLive);
      this.removedTo = firstLive;
    }
    return true;
  }

  /** The order of scans, by row keys. */
  abstract compare(a: ByteString, b: ByteString): number;
  /** Returns the time that decides over expiry: the start of a window, the end of a session. */
  protected abstract timeOf(key: ByteString): number;
  protected abstract read(key: ByteString): StoredValue | undefined;
  protected abstract write(key: ByteString, value: StoredValue): void;
  protected abstract remove(key: ByteString): void;
  /** Called with the first segment to remove and the first to keep. */
  protected abstract removeSegments(from: number, to: number): void;
}
