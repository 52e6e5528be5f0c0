import { ProcessorNode } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { ValueMapper } from './callbacks.js';
import { forwardEach } from './forward-each.js';
import { iterableOf } from './results.js';

/** Makes any number of records of the same key out of one (KStreamFlatMapValues). */
export class FlatMapValues<K, V, V2> extends ProcessorNode<K, V, K, V2> {
  constructor(private readonly mapper: ValueMapper<K, V, Iterable<V2>>) {
    super();
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const values = iterableOf(this.mapper(record.value, record.key, record), 'flatMapValues');
    return forwardEach(values[Symbol.iterator](), (value) => this.forward(record.withValue(value)));
  }
}
