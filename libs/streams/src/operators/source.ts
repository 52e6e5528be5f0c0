import { ProcessorNode } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';

/**
 * Where the records of one or more topics enter a sub-topology. Decoding and timestamps are the record queue's work
 * (SourceNode, RecordQueue).
 */
export class Source<K, V> extends ProcessorNode<K, V, K, V> {
  override process(record: StreamRecord<K, V>): void | Promise<void> {
    return this.forward(record);
  }
}

/** A source that keeps deletions to itself: `tombstones: 'drop'`. */
export class SourceWithoutTombstones<K, V> extends ProcessorNode<K, V, K, V> {
  override process(record: StreamRecord<K, V>): void | Promise<void> {
    if (record.value === null) return this.drop('null-value');
    return this.forward(record);
  }
}
