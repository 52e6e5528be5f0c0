import { ProcessorNode } from '../processor/node.js';
import { StreamRecord } from '../record/record.js';
import type { ValueMapper } from './callbacks.js';
import { forwardEach } from './forward-each.js';
import { iterableOf, pairOf } from './results.js';

/** Makes any number of records with keys of their own out of one (KStreamFlatMap). */
export class FlatMap<K, V, K2, V2> extends ProcessorNode<K, V, K2 | null, V2> {
  constructor(private readonly mapper: ValueMapper<K, V, Iterable<readonly [K2 | null, V2]>>) {
    super();
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const pairs = iterableOf(this.mapper(record.value, record.key, record), 'flatMap');
    return forwardEach(pairs[Symbol.iterator](), (pair) => {
      const [key, value] = pairOf(pair, 'flatMap');
      return this.forward(new StreamRecord(key, value, record.timestamp, record.headers));
    });
  }
}
