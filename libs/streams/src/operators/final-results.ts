import { change, type Change } from '../record/change.js';
import type { NodeContext } from '../processor/node.js';
import { StreamRecord } from '../record/record.js';
import type { ValueAndTimestamp, Windowed, WindowStore } from '../state/store.js';
import { WindowClose } from './window-close.js';

/** Starts of windows, both inclusive. */
export interface StartRange {
  readonly from: number;
  readonly to: number;
}

export interface FinalResultsOptions<K, A> {
  readonly store: string;
  readonly emitIntervalMs: number;
  /**
   * Windows that are closed by now and were not when all those up to `emittedTo` were emitted; undefined when there can
   * be none.
   */
  closing(closeTime: number, emittedTo: number | undefined): StartRange | undefined;
  /**
   * Windows that start before this are no longer shown by the store once the windows of a record at `timestamp` are
   * put.
   */
  hiddenBefore(timestamp: number): number;
  emit(record: StreamRecord<Windowed<K>, Change<A>>): void | Promise<void>;
}

/**
 * Emits the result of each window once, when it is closed (AbstractKStreamTimeWindowAggregateProcessor).
 *
 * Called before the record that closes windows is put: Kafka Streams emits after it, and loses the results that the
 * store hides as soon as time has jumped by more than its retention. For the same reason no interval holds back what
 * would be hidden next.
 */
export class FinalResults<K, A> {
  private readonly windows: WindowStore<K, ValueAndTimestamp<A>>;
  private readonly close: WindowClose;

  constructor(
    context: NodeContext,
    private readonly options: FinalResultsOptions<K, A>,
  ) {
    this.windows = context.getStateStore(options.store);
    this.close = new WindowClose(context, options.store, options.emitIntervalMs);
  }

  forwardClosed(closeTime: number, record: StreamRecord<unknown, unknown>): void | Promise<void> {
    const { close } = this;
    const isTime = close.isTime();
    if (!close.hasProgress(closeTime)) return;
    const range = this.options.closing(closeTime, close.emittedTo);
    if (range === undefined || (!isTime && range.from >= this.options.hiddenBefore(record.timestamp))) return;
    return this.forwardRange(range, closeTime, record);
  }

  private async forwardRange({ from, to }: StartRange, closeTime: number, { headers }: StreamRecord<unknown, unknown>): Promise<void> {
    for await (const [key, { value, timestamp }] of this.windows.fetchAll(from, to)) {
      const pending = this.options.emit(new StreamRecord(key, change(value, null), timestamp, headers));
      if (pending !== undefined) await pending;
    }
    this.close.emitted(closeTime);
  }
}
