import type { Change } from '../processor/change.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import type { StreamRecord } from '../processor/record.js';
import type { ValueAndTimestamp, Windowed, WindowStore } from '../state/store.js';
import type { TimeWindow } from '../windows/index.js';
import { forwardChanges, type ChangeForwarder } from './change-forwarder.js';
import { forwardEach } from './forward-each.js';

export interface WindowFoldOptions {
  readonly store: string;
  readonly window: TimeWindow;
  readonly emit: 'update' | 'close';
  readonly emitIntervalMs: number;
  readonly oldValues: boolean;
}

/** A value before it meets the record: what was stored, or what an aggregate begins with. */
export interface Folded<A> {
  readonly old: A | null;
  readonly value: A | null;
}

/**
 * Folds the values of one key into one row per time window (KStreamWindowAggregate). A record without a key is dropped, and so is its part in each window
 * that closed: whose end lies a grace or more behind the newest timestamp that this node has seen, the record's own included.
 */
export abstract class WindowFold<K, V, A> extends ProcessorNode<K, V, Windowed<K>, Change<A>> {
  protected windows!: WindowStore<K, ValueAndTimestamp<A>>;
  private changes!: ChangeForwarder<Windowed<K>, A>;
  private observed = -1;

  constructor(protected readonly options: WindowFoldOptions) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    const { store, oldValues } = this.options;
    this.windows = context.getStateStore(store);
    this.changes = forwardChanges(this.windows, context, (record) => this.forward(record), oldValues);
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const { key, timestamp } = record;
    if (key === null) return this.drop('null-key');
    if (timestamp > this.observed) this.observed = timestamp;
    const starts = this.options.window.startsOf(timestamp);
    if (starts.length === 1) return this.update(record, starts[0]!);
    return forwardEach(starts.values(), (start) => this.update(record, start));
  }

  /** The record's value folded into what the window holds. */
  protected abstract fold(former: A | null, record: StreamRecord<K, V>): Folded<A>;

  private update(record: StreamRecord<K, V>, start: number): void | Promise<void> {
    const { window } = this.options;
    const end = start + window.sizeMs;
    if (end <= this.observed - window.graceMs) return this.drop('late');
    const former = this.windows.fetch(record.key, start);
    const { old, value } = this.fold(former === null ? null : former.value, record);
    const timestamp = former === null ? record.timestamp : Math.max(record.timestamp, former.timestamp);
    this.windows.put(record.key, value === null ? null : { value, timestamp }, start);
    return this.changes.forward({ key: record.key, window: { start, end } }, value, old, timestamp, record);
  }
}
