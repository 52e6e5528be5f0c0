import type { Change } from '../record/change.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import { StreamRecord } from '../record/record.js';
import type { Entry, ValueAndTimestamp, Windowed } from '../state/store.js';
import type { RangedWindowStore } from '../state/window/ranged-window-store.js';
import type { SlidingWindow } from '../windows/index.js';
import type { Aggregator, Initializer } from './callbacks.js';
import { forwardChanges, withholdChanges, type ChangeForwarder } from './change-forwarder.js';
import { FinalResults, type StartRange } from './final-results.js';
import { forwardEach } from './forward-each.js';
import { slidingUpdates, type SlidingUpdate, type StoredWindow } from './sliding-updates.js';
import { synchronous } from './results.js';

export interface SlidingWindowAggregateOptions<K, V, A> {
  readonly store: string;
  readonly window: SlidingWindow;
  /** Null: the aggregator takes the first value. */
  readonly initial: Initializer<A>;
  readonly add: Aggregator<K, V, A>;
  readonly emit: 'update' | 'close';
  readonly emitIntervalMs: number;
  readonly oldValues: boolean;
}

/**
 * Folds the values of one key into windows of a length that end or begin at records (KStreamSlidingWindowAggregate).
 * Records without key or value are dropped. A window is closed when it ended more than the grace before the newest
 * timestamp; a record is late when all its windows are closed.
 */
export class SlidingWindowAggregate<K, V, A> extends ProcessorNode<K, V, Windowed<K>, Change<A>> {
  private windows!: RangedWindowStore<K, ValueAndTimestamp<A>>;
  private changes!: ChangeForwarder<Windowed<K>, A>;
  private finals: FinalResults<K, A> | undefined;
  private observed = -1;

  constructor(private readonly options: SlidingWindowAggregateOptions<K, V, A>) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    const { store, window, emit, emitIntervalMs, oldValues } = this.options;
    const forward = (record: StreamRecord<Windowed<K>, Change<A>>) => this.forward(record);
    this.windows = context.getStateStore(store);
    this.changes = emit === 'update' ? forwardChanges(this.windows, context, forward, oldValues) : withholdChanges;
    if (emit === 'update') return;
    this.finals = new FinalResults(context, {
      store,
      emitIntervalMs,
      closing: (closeTime, emittedTo) => closing(window, closeTime, emittedTo),
      hiddenBefore: (timestamp) => timestamp - 2 * window.differenceMs - window.graceMs + 1,
      emit: forward,
    });
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const { key, value, timestamp } = record;
    if (key === null || value === null) return this.drop('null-key-or-value');
    if (timestamp > this.observed) this.observed = timestamp;
    const { differenceMs, graceMs } = this.options.window;
    const closeTime = this.observed - graceMs;
    if (timestamp + 1 + differenceMs <= closeTime) return this.drop('late');
    // As in Kafka Streams, records of the first window of all do not close others.
    const pending = timestamp < differenceMs ? undefined : this.finals?.forwardClosed(closeTime, record);
    return pending === undefined ? this.updateAll(record, closeTime) : pending.then(() => this.updateAll(record, closeTime));
  }

  override advanceTime(time: number): void | Promise<void> {
    if (time <= this.observed) return;
    this.observed = time;
    return this.finals?.forwardClosed(time - this.options.window.graceMs, new StreamRecord(null, null, time));
  }

  private updateAll(record: StreamRecord<K, V>, closeTime: number): void | Promise<void> {
    const { key, timestamp } = record;
    const { differenceMs } = this.options.window;
    const windows = this.windows.fetchRangeSync(key, Math.max(0, timestamp - 2 * differenceMs), timestamp + 1).map(stored);
    return forwardEach(slidingUpdates(windows, timestamp, differenceMs).values(), (update) => this.update(record, update, closeTime));
  }

  private update(record: StreamRecord<K, V>, { start, from, isCopy }: SlidingUpdate<A>, closeTime: number): void | Promise<void> {
    const { key, value } = record;
    const { initial, add, window } = this.options;
    const end = start + window.differenceMs;
    const session = { key, window: { start, end } };
    if (isCopy) {
      this.windows.put(key, from, start);
      return this.changes.forward(session, from!.value, null, from!.timestamp, record);
    }
    if (end < closeTime) return this.drop('late');
    const old = from === null ? synchronous(initial(), 'aggregate') : from.value;
    const result = synchronous(add(old, value, key), 'aggregate') ?? null;
    const timestamp = old === null || from === null ? record.timestamp : Math.max(record.timestamp, from.timestamp);
    this.windows.put(key, result === null ? null : { value: result, timestamp }, start);
    return this.changes.forward(session, result, old, timestamp, record);
  }
}

function stored<A>([start, { value, timestamp }]: Entry<number, ValueAndTimestamp<A>>): StoredWindow<A> {
  return { start, value, timestamp };
}

function closing({ differenceMs }: SlidingWindow, closeTime: number, emittedTo: number | undefined): StartRange | undefined {
  const to = closeTime - differenceMs - 1;
  return to < 0 ? undefined : { from: emittedTo === undefined ? 0 : Math.max(0, emittedTo - differenceMs), to };
}
