import type { Change } from '../record/change.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import { StreamRecord } from '../record/record.js';
import type { ValueAndTimestamp, Windowed, WindowStore } from '../state/store.js';
import type { TimeWindow } from '../windows/index.js';
import { forwardChanges, withholdChanges, type ChangeForwarder } from './change-forwarder.js';
import { FinalResults, type StartRange } from './final-results.js';
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
 * Folds the values of one key into one row per time window (KStreamWindowAggregate). A record without a key is dropped,
 * and so is its part in each window that closed: whose end lies a grace or more behind the newest timestamp that this
 * node has seen, the record's own included.
 */
export abstract class WindowFold<K, V, A> extends ProcessorNode<K, V, Windowed<K>, Change<A>> {
  private windows!: WindowStore<K, ValueAndTimestamp<A>>;
  private changes!: ChangeForwarder<Windowed<K>, A>;
  private finals: FinalResults<K, A> | undefined;
  private observed = -1;

  constructor(protected readonly options: WindowFoldOptions) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    const { store, oldValues, emit, emitIntervalMs, window } = this.options;
    const forward = (record: StreamRecord<Windowed<K>, Change<A>>) => this.forward(record);
    this.windows = context.getStateStore(store);
    this.changes = emit === 'update' ? forwardChanges(this.windows, context, forward, oldValues) : withholdChanges;
    if (emit === 'update') return;
    this.finals = new FinalResults(context, {
      store,
      emitIntervalMs,
      closing: (closeTime, emittedTo) => closing(window, closeTime, emittedTo),
      hiddenBefore: (timestamp) => window.startsOf(timestamp).at(-1)! - window.sizeMs - window.graceMs + 1,
      emit: forward,
    });
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    if (record.key === null) return this.drop('null-key');
    if (record.timestamp > this.observed) this.observed = record.timestamp;
    const pending = this.finals?.forwardClosed(this.observed - this.options.window.graceMs, record);
    return pending === undefined ? this.updateAll(record) : pending.then(() => this.updateAll(record));
  }

  override advanceTime(time: number): void | Promise<void> {
    if (time <= this.observed) return;
    this.observed = time;
    return this.finals?.forwardClosed(time - this.options.window.graceMs, new StreamRecord(null, null, time));
  }

  /** The record's value folded into what the window holds. */
  protected abstract fold(former: A | null, record: StreamRecord<K, V>): Folded<A>;

  private updateAll(record: StreamRecord<K, V>): void | Promise<void> {
    const starts = this.options.window.startsOf(record.timestamp);
    if (starts.length === 1) return this.update(record, starts[0]!);
    return forwardEach(starts.values(), (start) => this.update(record, start));
  }

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

/** Starts of windows that closed since the last emission; none while time moves within the same windows. */
function closing(window: TimeWindow, closeTime: number, emittedTo: number | undefined): StartRange | undefined {
  const to = closeTime - window.sizeMs;
  if (to < 0) return undefined;
  if (emittedTo === undefined) return { from: 0, to };
  const from = Math.max(0, emittedTo - window.sizeMs + 1);
  return sameWindows(window, from - 1, to) ? undefined : { from, to };
}

/** The same windows hold both timestamps. */
function sameWindows(window: TimeWindow, earlier: number, later: number): boolean {
  if (earlier < 0) return false;
  const [a, b] = [window.startsOf(earlier), window.startsOf(later)];
  return a[0] === b[0] && a.at(-1) === b.at(-1);
}
