import { change, type Change } from '../record/change.js';
import { ProcessorNode } from '../processor/node.js';
import { StreamRecord } from '../record/record.js';
import { Headers } from '@ouzel/core';
import { serialized, type Serde } from '../serdes/serde.js';
import { pairOf, synchronous } from './results.js';

export interface TableRegroupOptions<K, V, K2, V2> {
  readonly selector: (value: V, key: K) => readonly [K2 | null, V2 | null] | null;
  /** Tells whether two keys are the same: by their bytes. */
  readonly key: Serde<K2> | undefined;
  /**
   * How a row that stays in its group goes on: 'apart' where readers older than Kafka Streams 3.5 know no change with
   * both values.
   */
  readonly sameGroup: 'together' | 'apart';
}

/**
 * Gives the changes of a table new keys (KTableRepartitionMap): one change where former and new row stay in one group,
 * else a removal for the former group and then an addition for the new. A null key or value of the selector leaves that
 * side out. A change that is not the newest version of its row goes no further (KIP-914), and is not counted, as in
 * Kafka Streams.
 */
export class TableRegroup<K, V, K2, V2> extends ProcessorNode<K, Change<V>, K2, Change<V2>> {
  constructor(private readonly options: TableRegroupOptions<K, V, K2, V2>) {
    super();
  }

  override process(record: StreamRecord<K, Change<V>>): void | Promise<void> {
    const { newValue, oldValue, isLatest } = record.value;
    if (!isLatest) return;
    const added = this.select(newValue, record.key);
    const removed = this.select(oldValue, record.key);
    const emit = (key: K2, now: V2 | null, before: V2 | null) =>
      this.forward(new StreamRecord(key, change(now, before), record.timestamp, record.headers));
    if (this.options.sameGroup === 'together' && added !== undefined && removed !== undefined && this.isSame(added[0], removed[0]))
      return emit(removed[0], added[1], removed[1]);
    const pending = removed === undefined ? undefined : emit(removed[0], null, removed[1]);
    if (added === undefined) return pending;
    return pending === undefined ? emit(added[0], added[1], null) : pending.then(() => emit(added[0], added[1], null));
  }

  private select(value: V | null, key: K): readonly [K2, V2] | undefined {
    if (value === null) return undefined;
    const selected = synchronous(this.options.selector(value, key), 'groupBy') ?? null;
    if (selected === null) return undefined;
    const pair = pairOf(selected, 'groupBy');
    return pair[0] === null || pair[1] === null ? undefined : (pair as readonly [K2, V2]);
  }

  private isSame(a: K2, b: K2): boolean {
    const { key } = this.options;
    return a === b || (key !== undefined && serialized(key, a, '', Headers.empty).equals(serialized(key, b, '', Headers.empty)));
  }
}
