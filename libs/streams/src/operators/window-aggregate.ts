import type { StreamRecord } from '../record/record.js';
import type { Aggregator, Initializer } from './callbacks.js';
import { synchronous } from './results.js';
import { WindowFold, type Folded, type WindowFoldOptions } from './window-fold.js';

export interface WindowAggregateOptions<K, V, A> extends WindowFoldOptions {
  readonly initial: Initializer<A>;
  readonly add: Aggregator<K, V, A>;
}

/** Aggregates per key and window. A null value reaches the aggregator, as in Kafka Streams. */
export class WindowAggregate<K, V, A> extends WindowFold<K, V, A> {
  constructor(protected override readonly options: WindowAggregateOptions<K, V, A>) {
    super(options);
  }

  protected override fold(former: A | null, { value, key }: StreamRecord<K, V>): Folded<A> {
    const old = former ?? synchronous(this.options.initial(), 'aggregate');
    return { old, value: synchronous(this.options.add(old, value, key), 'aggregate') ?? null };
  }
}
