import { OuzelError } from '@ouzel/core';
import type { Change } from '../record/change.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import { StreamRecord } from '../record/record.js';
import type { ChangeBuffer, Eviction } from '../state/suppression-buffer/change-buffer.js';
import type { Windowed } from '../state/store.js';
import type { TableViewSpec } from './table-view.js';

export interface SuppressOptions {
  /** The buffer. */
  readonly store: string;
  readonly kind: 'time-limit' | 'window-close';
  /** The limit, or the grace of the windows, ms. */
  readonly waitMs: number;
  readonly maxRecords: number;
  readonly maxBytes: number;
  readonly whenFull: 'emit-early' | 'shut-down';
}

/**
 * Holds the changes of a table back, one per key (KTableSuppressProcessor): until event time has passed the first of
 * them by a limit, or until the window of the key is closed. What comes out has time, headers and origin of the last
 * change. Of windows only results come out, no deletions.
 */
export class Suppress<K, V> extends ProcessorNode<K, Change<V>, K, Change<V>> {
  private buffer!: ChangeBuffer<K, V>;
  private observed = -1;

  constructor(private readonly options: SuppressOptions) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    this.buffer = context.getStateStore(this.options.store);
  }

  override process({ key, value, timestamp }: StreamRecord<K, Change<V>>): void | Promise<void> {
    const { kind } = this.options;
    if (timestamp > this.observed) this.observed = timestamp;
    this.buffer.put(kind === 'time-limit' ? timestamp : (key as Windowed<unknown>).window.end, key, value, this.context.record);
    const pending = this.emitExpired();
    return pending === undefined ? this.makeRoom() : pending.then(() => this.makeRoom());
  }

  override advanceTime(time: number): void | Promise<void> {
    if (time > this.observed) this.observed = time;
    return this.emitExpired();
  }

  private emitExpired(): void | Promise<void> {
    const expired = this.observed - this.options.waitMs;
    return this.buffer.evictWhile(
      () => this.buffer.minTime <= expired,
      (eviction) => this.emit(eviction),
    );
  }

  private makeRoom(): void | Promise<void> {
    if (!this.isFull()) return;
    if (this.options.whenFull === 'emit-early')
      return this.buffer.evictWhile(
        () => this.isFull(),
        (eviction) => this.emit(eviction),
      );
    const { maxRecords, maxBytes } = this.options;
    throw new OuzelError('OUZEL_BUFFER_FULL', {
      what: `${this.buffer.size} records of ${this.buffer.bytes} bytes wait, allowed are ${maxRecords} and ${maxBytes}`,
      where: this.name,
      help: 'Raise maxRecords or maxBytes, or shorten windows and grace.',
    });
  }

  private isFull(): boolean {
    const { maxRecords, maxBytes } = this.options;
    return this.buffer.size > maxRecords || this.buffer.bytes > maxBytes;
  }

  /** Forwards a change that has waited, in the context in which it came. */
  private emit({ key, change, context }: Eviction<K, V>): void | Promise<void> {
    if (this.options.kind === 'window-close' && change.newValue === null) return;
    const former = this.context.record;
    this.context.record = context;
    const { resumed } = this.context;
    const record = new StreamRecord(key, change, context.timestamp, context.headers);
    const pending = resumed === undefined ? this.forward(record) : resumed(() => this.forward(record));
    if (pending === undefined) this.context.record = former;
    else
      return pending.finally(() => {
        this.context.record = former;
      });
  }
}

/**
 * A suppressed table: what was forwarded last, as long as something waits (KTableSuppressValueGetter). When that was is
 * not known.
 */
export function suppressView<K, V>(buffer: string, parent: TableViewSpec<K, V>): TableViewSpec<K, V> {
  return {
    stores: [...new Set([...parent.stores, buffer])],
    async open(context) {
      const above = await parent.open(context);
      const waiting = context.getStateStore<ChangeBuffer<K, V>>(buffer);
      return {
        get(key) {
          const prior = waiting.priorValue(key);
          if (prior === undefined) return above.get(key);
          return prior === null ? null : { value: prior, timestamp: -1 };
        },
      };
    },
  };
}
