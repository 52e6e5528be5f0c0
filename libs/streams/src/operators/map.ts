import { ProcessorNode } from '../processor/node.js';
import { StreamRecord } from '../record/record.js';
import type { ValueMapper } from './callbacks.js';
import { pairOf } from './results.js';

/** Replaces key and value (KStreamMap). */
export class MapRecord<K, V, K2, V2> extends ProcessorNode<K, V, K2 | null, V2> {
  constructor(private readonly mapper: ValueMapper<K, V, readonly [K2 | null, V2]>) {
    super();
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const [key, value] = pairOf(this.mapper(record.value, record.key, record), 'map');
    return this.forward(new StreamRecord(key, value, record.timestamp, record.headers));
  }
}
