import type { StreamRecord } from '../record/record.js';
import type { Reducer } from './callbacks.js';
import { synchronous } from './results.js';
import { WindowFold, type Folded, type WindowFoldOptions } from './window-fold.js';

export interface WindowReduceOptions<V> extends WindowFoldOptions {
  readonly reduce: Reducer<V>;
}

/** Reduces per key and window; the first value is taken as it is, null included. */
export class WindowReduce<K, V> extends WindowFold<K, V, V> {
  constructor(protected override readonly options: WindowReduceOptions<V>) {
    super(options);
  }

  protected override fold(former: V | null, { value }: StreamRecord<K, V>): Folded<V> {
    return { old: former, value: former === null ? value : (synchronous(this.options.reduce(former, value), 'reduce') ?? null) };
  }
}
