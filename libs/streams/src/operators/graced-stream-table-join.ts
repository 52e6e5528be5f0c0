import { ProcessorNode, type NodeContext } from '../processor/node.js';
import { StreamRecord } from '../record/record.js';
import type { GraceBuffer, WaitingRecord } from '../state/grace-buffer/grace-buffer.js';
import { StreamTableJoin, type StreamTableJoinOptions } from './stream-table-join.js';

export interface GracedStreamTableJoinOptions<K, V, R, Out> extends StreamTableJoinOptions<K, V, R, Out> {
  /** Name of the buffer, which knows the grace period. */
  readonly buffer: string;
}

/**
 * Joins each record when the grace period behind it is over, so that rows of the table that come late still count
 * (KIP-923). A record that comes later than that is joined at once, and so is one without a key, where Kafka Streams
 * 4.3 throws.
 */
export class GracedStreamTableJoin<K, V, R, Out> extends ProcessorNode<K, V, K, Out> {
  private readonly join: StreamTableJoin<K, V, R, Out>;
  private buffer!: GraceBuffer<K, V>;

  constructor(private readonly options: GracedStreamTableJoinOptions<K, V, R, Out>) {
    super();
    this.join = new StreamTableJoin(options);
  }

  override async init(context: NodeContext): Promise<void> {
    void super.init(context);
    this.buffer = context.getStateStore(this.options.buffer);
    const { join } = this;
    join.name = this.name;
    join.stores = this.stores;
    join.children.push(...this.children);
    await join.init(context);
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    if (record.key === null || record.value === null) return this.join.process(record);
    if (!this.buffer.put(record, this.context.record)) return this.join.process(record);
    return this.release();
  }

  override advanceTime(time: number): void | Promise<void> {
    this.buffer.advance(time);
    return this.release();
  }

  /** Joins what need not wait any longer, in the order of time. */
  private release(): void | Promise<void> {
    const due = this.buffer.due();
    if (due.length > 0) return this.releaseFrom(due, 0);
  }

  private releaseFrom(due: readonly WaitingRecord<K, V>[], from: number): void | Promise<void> {
    for (let i = from; i < due.length; i++) {
      const pending = this.joinWaiting(due[i]!);
      if (pending !== undefined) return pending.then(() => this.releaseFrom(due, i + 1));
    }
    return this.release();
  }

  /**
   * Joins a record that has waited, in the context in which it came, so that a failure concerns this record and not the
   * one whose time has ended the wait.
   */
  private joinWaiting(waiting: WaitingRecord<K, V>): void | Promise<void> {
    const { context, buffer } = this;
    const former = context.record;
    context.record = waiting.context;
    const { timestamp, headers } = waiting.context;
    const pending = this.join.receive(new StreamRecord(waiting.key, waiting.value, timestamp, headers));
    const finish = () => {
      context.record = former;
      buffer.remove(waiting);
    };
    return pending === undefined ? finish() : pending.then(finish);
  }
}
