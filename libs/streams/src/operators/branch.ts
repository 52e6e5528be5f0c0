import { ProcessorNode } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { Predicate } from './callbacks.js';
import { synchronous } from './results.js';

/**
 * Hands each record to the child of the first predicate that holds, children being in the order of the predicates; to
 * none when none holds (KStreamBranch).
 */
export class Branch<K, V> extends ProcessorNode<K, V, K, V> {
  constructor(private readonly predicates: readonly Predicate<K, V>[]) {
    super();
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const { predicates } = this;
    for (let i = 0; i < predicates.length; i++) {
      if (synchronous(predicates[i]!(record.value, record.key, record), 'branch')) return this.children[i]?.receive(record);
    }
  }
}
