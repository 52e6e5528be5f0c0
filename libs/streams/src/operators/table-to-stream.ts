import type { Change } from '../record/change.js';
import { ProcessorNode } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';

/** Makes the changes of a table records of its new values; a deletion is a null value (KTable.toStream). */
export class TableToStream<K, V> extends ProcessorNode<K, Change<V>, K, V | null> {
  override process(record: StreamRecord<K, Change<V>>): void | Promise<void> {
    return this.forward(record.withValue(record.value.newValue));
  }
}
