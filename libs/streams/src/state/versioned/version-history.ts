import { int64At, int64Text, type ByteString } from '../rows/byte-string.js';
import type { Retention } from '../expiry/retention.js';
import { StoredValue, type Rows } from '../rows/rows.js';
import { Runs } from '../runs/runs.js';

const suffixLength = 16;
const absent = new StoredValue(Buffer.of(0));

/**
 * A version that is no longer the latest: valid from its own timestamp until before the next one's. Null stands for a
 * deletion.
 */
export interface PastVersion {
  readonly value: Buffer | null;
  readonly validFrom: number;
  readonly validTo: number;
}

/**
 * Past versions of keys, in segments of the time until which they were valid. A segment that is older than the history
 * is removed as one range (RocksDBVersionedStore). A run is a key in one segment; its entries:
 *
 *   valid to, ms, int64 | valid from, ms, int64  ->  0, int8 (a deletion), or 1, int8 | value
 */
export class VersionHistory {
  private readonly runs: Runs;

  constructor(
    rows: Rows,
    private readonly retention: Retention,
  ) {
    this.runs = new Runs(rows, suffixLength);
  }

  /** The first version of a key that was still valid after this time; it may have begun later. */
  validAfter(key: ByteString, time: number): PastVersion | undefined {
    const { retention } = this;
    const suffix = int64Text(time + 1) + int64Text(0);
    for (
      let segment = Math.max(retention.firstLive, retention.segmentOf(time));
      segment <= retention.segmentOf(retention.observed);
      segment++
    ) {
      const found = this.runs.first(int64Text(segment) + key, suffix);
      if (found === undefined) continue;
      const [times, { payload }] = found;
      return { validTo: int64At(times, 0), validFrom: int64At(times, 8), value: payload[0] === 0 ? null : payload.subarray(1) };
    }
    return undefined;
  }

  put(key: ByteString, { value, validFrom, validTo }: PastVersion): void {
    const segment = this.retention.segmentOf(validTo);
    if (segment < this.retention.firstLive) return;
    this.runs.put(
      int64Text(segment) + key,
      suffixOf(validFrom, validTo),
      value === null ? absent : new StoredValue(Buffer.concat([Buffer.of(1), value])),
    );
  }

  remove(key: ByteString, { validFrom, validTo }: PastVersion): void {
    this.runs.delete(int64Text(this.retention.segmentOf(validTo)) + key, suffixOf(validFrom, validTo));
  }

  removeSegments(from: number, to: number): void {
    this.runs.discard(int64Text(from), int64Text(to));
  }
}

function suffixOf(validFrom: number, validTo: number): ByteString {
  return int64Text(validTo) + int64Text(validFrom);
}
