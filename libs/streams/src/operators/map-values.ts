import { ProcessorNode } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { ValueMapper } from './callbacks.js';
import { synchronous } from './results.js';

/** Replaces the value (KStreamMapValues). */
export class MapValues<K, V, V2> extends ProcessorNode<K, V, K, V2> {
  constructor(private readonly mapper: ValueMapper<K, V, V2>) {
    super();
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    return this.forward(record.withValue(synchronous(this.mapper(record.value, record.key, record), 'mapValues')));
  }
}
