import { ProcessorNode } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';

/** Forwards everything: a merge, or a node that only gives a place a name (PassThrough). */
export class PassThrough<K, V> extends ProcessorNode<K, V, K, V> {
  override process(record: StreamRecord<K, V>): void | Promise<void> {
    return this.forward(record);
  }
}
