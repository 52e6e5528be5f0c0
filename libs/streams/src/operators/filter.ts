import { ProcessorNode } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { Predicate } from './callbacks.js';
import { synchronous } from './results.js';

/**
 * Forwards the records that the predicate accepts.
 *
 * Null keys and null values are passed to the predicate like any other (KStreamFilter).
 */
export class Filter<K, V> extends ProcessorNode<K, V, K, V> {
  constructor(private readonly accepts: Predicate<K, V>) {
    super();
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    if (synchronous(this.accepts(record.value, record.key, record), 'filter')) return this.forward(record);
  }
}

/** The opposite of a predicate: `filterNot`. */
export function not<K, V>(predicate: Predicate<K, V>): Predicate<K, V> {
  return (value, key, record) => !synchronous(predicate(value, key, record), 'filterNot');
}
