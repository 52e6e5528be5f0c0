import { ProcessorNode, type NodeContext } from '../../processor/node.js';
import { StreamRecord } from '../../record/record.js';
import { Headers } from '@ouzel/core';
import type { RangedWindowStore } from '../../state/window/ranged-window-store.js';
import type { JoinWindow } from '../../windows/index.js';
import type { Joiner } from '../callbacks.js';
import { forwardEach } from '../forward-each.js';
import { synchronous } from '../results.js';
import { joinTime, type JoinTime } from './join-time.js';
import type { JoinSide } from '../../serdes/left-or-right.js';
import { timeOfPlace, type UnmatchedRecord, type UnmatchedRecords } from '../../state/unmatched-records/unmatched-records.js';

export interface StreamStreamJoinOptions<K, V, O, Out> {
  readonly side: JoinSide;
  readonly kind: 'inner' | 'left' | 'outer';
  readonly window: JoinWindow;
  /** The name of the store with the other side's records. */
  readonly otherStore: string;
  /** Records of both sides that found nothing yet; undefined in an inner join. */
  readonly outerStore: string | undefined;
  /** Takes the value of this node's own side first. */
  readonly joiner: Joiner<K, V | null, O | null, Out>;
  /** How often, on the wall clock, it is looked for records that waited long enough, ms. */
  readonly emitIntervalMs: number;
  /** The name under which both sides of the join share their times. */
  readonly tracker: string;
}

/**
 * Joins each record of one side with those of the other side that lie in its window (KStreamKStreamJoin). In a left or
 * outer join a record that finds nothing waits until its window and the grace are over. Records without key or value
 * are dropped; one that lacks the key alone is joined with nothing at once, where its side may be without a match
 * (KIP-962).
 */
export class StreamStreamJoin<K, V, O, Out> extends ProcessorNode<K, V, K, Out> {
  private others!: RangedWindowStore<K, O>;
  private unmatched: UnmatchedRecords<K> | undefined;
  private time!: JoinTime;
  private readonly beforeMs: number;
  private readonly afterMs: number;
  /** A record of this side may come out without a match. */
  private readonly isOuter: boolean;

  constructor(private readonly options: StreamStreamJoinOptions<K, V, O, Out>) {
    super();
    const { side, kind, window } = options;
    this.beforeMs = side === 'left' ? window.beforeMs : window.afterMs;
    this.afterMs = side === 'left' ? window.afterMs : window.beforeMs;
    this.isOuter = kind === 'outer' || (kind === 'left' && side === 'left');
  }

  override init(context: NodeContext): void {
    void super.init(context);
    const { otherStore, outerStore, tracker } = this.options;
    this.others = context.getStateStore(otherStore);
    this.unmatched = outerStore === undefined ? undefined : context.getStateStore(outerStore);
    this.time = joinTime(context, tracker);
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const { key, value, timestamp } = record;
    const { time } = this;
    if (timestamp > time.streamTime) time.streamTime = timestamp;
    if (this.isOuter && key === null && value !== null) return this.forwardJoined(record, value, null, timestamp);
    if (key === null || value === null) return this.drop('null-key-or-value');
    const pending = timestamp === time.streamTime ? this.forwardExpired(record.headers) : undefined;
    return pending === undefined ? this.probe(record) : pending.then(() => this.probe(record));
  }

  override advanceTime(time: number): void | Promise<void> {
    if (time <= this.time.streamTime && this.time.oldestWaiting === Infinity) return;
    this.time.streamTime = Math.max(this.time.streamTime, time);
    return this.forwardExpired(Headers.empty);
  }

  private probe(record: StreamRecord<K, V>): void | Promise<void> {
    const { key, value, timestamp } = record;
    const { time, unmatched } = this;
    const to = Math.max(0, timestamp + this.afterMs);
    const found = this.others.fetchRangeSync(key, Math.max(0, timestamp - this.beforeMs), to);
    if (found.length > 0) return forwardEach(found.values(), (other) => this.match(record, other));
    if (!this.isOuter) return;
    if (unmatched === undefined || to < time.streamTime) return this.forwardJoined(record, value, null, timestamp);
    if (timestamp < time.oldestWaiting) time.oldestWaiting = timestamp;
    unmatched.add({ key, timestamp, side: this.options.side }, value);
  }

  private match(record: StreamRecord<K, V>, [timestamp, other]: readonly [number, O]): void | Promise<void> {
    this.unmatched?.remove({ key: record.key, timestamp, side: this.options.side === 'left' ? 'right' : 'left' });
    return this.forwardJoined(record, record.value, other, Math.max(record.timestamp, timestamp));
  }

  /** Looks for records that waited long enough, if there may be any. */
  private forwardExpired(headers: Headers): void | Promise<void> {
    const { time, unmatched } = this;
    const { window, emitIntervalMs } = this.options;
    // Where no record waits, the sum overflows in Kafka Streams: it looks all the same, and sets the next time to look.
    const isDue = time.oldestWaiting === Infinity || time.oldestWaiting + this.afterMs + window.graceMs < time.streamTime;
    if (unmatched === undefined || !isDue) return;
    const now = this.context.systemTime();
    if (now < time.nextLook) return;
    time.nextLook = now + emitIntervalMs;
    time.oldestWaiting = Infinity;
    return this.forwardUnmatched(unmatched, headers);
  }

  /** Forwards the records that found no match in their windows, in the order of time. */
  private async forwardUnmatched(unmatched: UnmatchedRecords<K>, headers: Headers): Promise<void> {
    const { time } = this;
    const { window } = this.options;
    const open = {
      left: time.streamTime - window.afterMs - window.graceMs,
      right: time.streamTime - window.beforeMs - window.graceMs,
    };
    for await (const entry of unmatched.olderThan(open)) {
      time.oldestWaiting = entry.timestamp;
      const pending = forwardEach(entry.values.values(), (value) => this.forwardAlone(headers, entry, value));
      if (pending !== undefined) await pending;
      unmatched.remove(entry);
    }
    const lastSent = time.oldestWaiting === Infinity ? -1 : time.oldestWaiting;
    const lastWaiting = await this.lastWaiting(unmatched, open);
    if (lastWaiting !== undefined) time.oldestWaiting = Math.max(lastSent, lastWaiting);
  }

  /**
   * Returns the time from which the next look for expired records starts, as Kafka Streams computes it; undefined where
   * no record waits. Kafka Streams notes the last record that it looked at, whether it was sent on or still waits. In a
   * left join, or where all waiting records are of one side, that is the newest of them. Otherwise it is the record
   * that follows the first one of either side.
   */
  private async lastWaiting(unmatched: UnmatchedRecords<K>, open: Readonly<Record<JoinSide, number>>): Promise<number | undefined> {
    const [left, right] = await Promise.all([unmatched.firstFrom('left', open.left), unmatched.firstFrom('right', open.right)]);
    if (left === undefined && right === undefined) return undefined;
    if (this.options.kind === 'left' || left === undefined || right === undefined) return unmatched.newestTime();
    const second = left < right ? right : left;
    return timeOfPlace((await unmatched.firstBehind(second)) ?? second);
  }

  private forwardAlone(headers: Headers, { key, timestamp, side }: UnmatchedRecord<K>, value: unknown): void | Promise<void> {
    const isOwn = side === this.options.side;
    const joined = this.options.joiner(isOwn ? (value as V) : null, isOwn ? null : (value as O), key);
    return this.forward(new StreamRecord(key, synchronous(joined, 'join'), timestamp, headers));
  }

  private forwardJoined(record: StreamRecord<K, V>, own: V, other: O | null, timestamp: number): void | Promise<void> {
    return this.forward(
      new StreamRecord(record.key, synchronous(this.options.joiner(own, other, record.key), 'join'), timestamp, record.headers),
    );
  }
}
