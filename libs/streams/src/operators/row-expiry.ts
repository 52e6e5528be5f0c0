import type { NodeContext } from '../processor/node.js';
import { noRecord, StreamRecord } from '../record/record.js';
import type { TimestampedKeyValueStore, ValueAndTimestamp } from '../state/store.js';
import type { KeptTable } from './kept-table.js';

/** Rows looked at between two slices of records. */
const sliceRows = 500;
/** Rounds in the time of a TTL: a row outlives its TTL by a tenth of it at most. */
const roundsPerTtl = 10;

/**
 * Deletes the rows of a table that were not updated for a TTL of stream time (an addition to Kafka Streams): with a
 * tombstone to the changelog, and to those below.
 *
 * A round walks the whole store, in slices between records, whenever stream time has moved by a tenth of the TTL. So a
 * record costs a comparison, nothing is kept in memory or on disk for it, and a restart begins with a round.
 */
export class RowExpiry<K, V> implements KeptTable<K, V> {
  private streamTime = -1;
  private nextRound = -Infinity;
  /** The key from which the round goes on; undefined between rounds. */
  private round: { readonly from: K | null } | undefined;

  constructor(
    private readonly context: NodeContext,
    private readonly rows: TimestampedKeyValueStore<K, V>,
    private readonly ttlMs: number,
    private readonly table: KeptTable<K, V>,
  ) {}

  get(key: K): ValueAndTimestamp<V> | null {
    return this.table.get(key);
  }

  update(key: K, newValue: V | null, oldValue: V | null, timestamp: number, from: StreamRecord<unknown, unknown>): void | Promise<void> {
    if (timestamp > this.streamTime) {
      this.streamTime = timestamp;
      if (timestamp >= this.nextRound && this.round === undefined) this.begin();
    }
    return this.table.update(key, newValue, oldValue, timestamp, from);
  }

  private begin(): void {
    this.nextRound = this.streamTime + this.ttlMs / roundsPerTtl;
    this.round = { from: null };
    this.context.defer(() => this.slice());
  }

  private async slice(): Promise<void> {
    const { context, streamTime } = this;
    const expired = await this.expired(streamTime - this.ttlMs);
    const origin = new StreamRecord(null, null, streamTime);
    context.record = noRecord(streamTime);
    for (const [key, value] of expired) {
      const pending = this.table.update(key, null, value, streamTime, origin);
      if (pending !== undefined) await pending;
    }
    if (this.round !== undefined) context.defer(() => this.slice());
  }

  /**
   * Reads the next slice of rows, and returns those whose last update is not after the time. Notes where the round goes
   * on.
   */
  private async expired(time: number): Promise<(readonly [K, V])[]> {
    const { from } = this.round!;
    this.round = undefined;
    const expired: (readonly [K, V])[] = [];
    let looked = 0;
    for await (const [key, { value, timestamp }] of this.rows.range(from, null)) {
      if (looked++ === sliceRows) {
        this.round = { from: key };
        break;
      }
      if (timestamp <= time) expired.push([key, value]);
    }
    return expired;
  }
}
