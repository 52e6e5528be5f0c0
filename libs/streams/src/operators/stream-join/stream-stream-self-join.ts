import { ProcessorNode, type NodeContext } from '../../processor/node.js';
import { StreamRecord } from '../../record/record.js';
import type { RangedWindowStore } from '../../state/window/ranged-window-store.js';
import type { JoinWindow } from '../../windows/index.js';
import type { Joiner } from '../callbacks.js';
import { forwardEach } from '../forward-each.js';
import { synchronous } from '../results.js';

export interface StreamStreamSelfJoinOptions<K, V, Out> {
  readonly store: string;
  readonly window: JoinWindow;
  readonly joiner: Joiner<K, V, V, Out>;
}

/**
 * A stream joined with itself in one node and one store, with the results of the two that it stands for, in their order
 * (KStreamKStreamSelfJoin). A record that lies window and grace behind the newest one is not joined with itself.
 */
export class StreamStreamSelfJoin<K, V, Out> extends ProcessorNode<K, V, K, Out> {
  private window!: RangedWindowStore<K, V>;
  private observed = -1;

  constructor(private readonly options: StreamStreamSelfJoinOptions<K, V, Out>) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    this.window = context.getStateStore(this.options.store);
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const { key, value } = record;
    if (key === null || value === null) return this.drop('null-key-or-value');
    if (record.timestamp > this.observed) this.observed = record.timestamp;
    return forwardEach(this.joined(record), (joined) => this.forward(joined));
  }

  /** Yields the results of a record as the left side, then as the right side; with itself in the order of time. */
  private *joined(record: StreamRecord<K, V>): Generator<StreamRecord<K, Out>> {
    const { value, timestamp } = record;
    const { beforeMs, afterMs } = this.options.window;
    for (const [time, other] of this.near(record, beforeMs, afterMs)) yield this.pair(record, value, other, time);
    let isPaired = this.isExpired(timestamp);
    for (const [time, other] of this.near(record, afterMs, beforeMs)) {
      if (time > timestamp && !isPaired) {
        isPaired = true;
        yield this.pair(record, value, value, timestamp);
      }
      yield this.pair(record, other, value, time);
    }
    if (!isPaired) yield this.pair(record, value, value, timestamp);
  }

  private isExpired(timestamp: number): boolean {
    const { beforeMs, afterMs, graceMs } = this.options.window;
    return timestamp <= this.observed - (beforeMs + afterMs + graceMs) + 1;
  }

  private near({ key, timestamp }: StreamRecord<K, V>, beforeMs: number, afterMs: number) {
    return this.window.fetchRangeSync(key, Math.max(0, timestamp - beforeMs), Math.max(0, timestamp + afterMs));
  }

  private pair({ key, timestamp, headers }: StreamRecord<K, V>, left: V, right: V, other: number): StreamRecord<K, Out> {
    return new StreamRecord(key, synchronous(this.options.joiner(left, right, key), 'join'), Math.max(timestamp, other), headers);
  }
}
