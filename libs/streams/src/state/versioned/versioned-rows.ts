import { readInt64, writeInt64 } from '@ouzel/core';
import type { ByteString } from '../rows/byte-string.js';
import { SegmentRetention } from '../expiry/retention.js';
import { StoredValue, type Rows } from '../rows/rows.js';
import { VersionHistory } from './version-history.js';

const latestTag = '\x04';
/** Where the store's time stands between its rows. */
const clockRow = '';

/** A version as it is found. */
export interface FoundVersion {
  readonly value: Buffer;
  readonly validFrom: number;
}

/**
 * Versions of values by key and time (RocksDBVersionedStore). The latest version of a key never expires; others can be
 * seen as long as they were valid within the history. A deletion is a version too: the latest is then absent, and the
 * one before ends with it. Rows beside the history:
 *
 *   4, int8 | key  ->  valid from, ms, int64 | value
 */
export class VersionedRows {
  private readonly retention: SegmentRetention;
  private readonly history: VersionHistory;
  private removedTo = 0;
  private savedTime: number;

  constructor(
    private readonly rows: Rows,
    private readonly historyMs: number,
    segmentMs: number,
  ) {
    this.retention = new SegmentRetention(historyMs, segmentMs);
    this.history = new VersionHistory(rows, this.retention);
    const saved = rows.get(clockRow);
    if (saved !== undefined) this.retention.observe(readInt64(saved.encode(), 0));
    this.savedTime = this.retention.observed;
  }

  /** A version this old is neither taken nor shown. */
  isTooOld(time: number): boolean {
    return time < this.retention.observed - this.historyMs;
  }

  latest(key: ByteString): FoundVersion | undefined {
    const row = this.rows.get(latestTag + key);
    if (row === undefined) return undefined;
    const payload = row.encode();
    return { value: payload.subarray(8), validFrom: readInt64(payload, 0) };
  }

  /** Returns the version that was valid at a time. The latest version is found however old the time is. */
  asOf(key: ByteString, time: number): FoundVersion | undefined {
    const latest = this.latest(key);
    if (latest !== undefined && latest.validFrom <= time) return latest;
    if (this.isTooOld(time)) return undefined;
    const past = this.history.validAfter(key, time);
    if (past === undefined || past.validFrom > time || past.value === null) return undefined;
    return { value: past.value, validFrom: past.validFrom };
  }

  /**
   * Puts a version, which must not be too old. Returns the time until which it is valid, and undefined when it is the
   * latest.
   */
  put(key: ByteString, value: Buffer | null, time: number): number | undefined {
    this.retention.observe(time);
    this.removeExpired();
    const latest = this.latest(key);
    if (latest !== undefined && latest.validFrom <= time) {
      if (latest.validFrom < time) this.history.put(key, { value: latest.value, validFrom: latest.validFrom, validTo: time });
      else if (value === null) this.markDeleted(key, time);
      this.putLatest(key, value, time);
      return undefined;
    }
    return this.putPast(key, value, time, latest?.validFrom);
  }

  /** Writes down where the store's time stands. */
  checkpoint(): void {
    const { observed } = this.retention;
    if (observed === this.savedTime) return;
    this.savedTime = observed;
    const bytes = Buffer.allocUnsafe(8);
    writeInt64(bytes, observed, 0);
    this.rows.put(clockRow, new StoredValue(bytes));
  }

  /** A version before the latest one, which begins at `latestFrom`, or behind a deletion, where there is no latest. */
  private putPast(key: ByteString, value: Buffer | null, time: number, latestFrom: number | undefined): number | undefined {
    const { history } = this;
    const past = history.validAfter(key, time);
    if (past !== undefined && past.validFrom <= time) {
      history.remove(key, past);
      if (past.validFrom < time) history.put(key, { ...past, validTo: time });
      history.put(key, { value, validFrom: time, validTo: past.validTo });
      return past.validTo;
    }
    const validTo = past?.validFrom ?? latestFrom;
    if (validTo !== undefined) {
      history.put(key, { value, validFrom: time, validTo });
      return validTo;
    }
    if (value === null) this.markDeleted(key, time);
    else this.putLatest(key, value, time);
    return undefined;
  }

  /** A deletion that ends no version must be known to what is put before it. */
  private markDeleted(key: ByteString, time: number): void {
    this.history.put(key, { value: null, validFrom: time, validTo: time });
  }

  private putLatest(key: ByteString, value: Buffer | null, time: number): void {
    if (value === null) {
      this.rows.delete(latestTag + key);
      return;
    }
    const payload = Buffer.allocUnsafe(8 + value.length);
    writeInt64(payload, time, 0);
    value.copy(payload, 8);
    this.rows.put(latestTag + key, new StoredValue(payload));
  }

  private removeExpired(): void {
    const { firstLive } = this.retention;
    if (firstLive <= this.removedTo) return;
    this.history.removeSegments(this.removedTo, firstLive);
    this.removedTo = firstLive;
  }
}
