import { ProcessorNode } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { ValueMapper } from './callbacks.js';
import { synchronous } from './results.js';

/** Replaces the key (KStreamMap behind KEY-SELECT). */
export class SelectKey<K, V, K2> extends ProcessorNode<K, V, K2 | null, V> {
  constructor(private readonly mapper: ValueMapper<K, V, K2 | null>) {
    super();
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    return this.forward(record.withKey(synchronous(this.mapper(record.value, record.key, record), 'selectKey')));
  }
}
