import { ProcessorNode } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { ValueMapper } from './callbacks.js';
import { synchronous } from './results.js';

/** Ends a stream in a side effect (KStreamForeach). */
export class ForEach<K, V> extends ProcessorNode<K, V, void, void> {
  constructor(private readonly action: ValueMapper<K, V, void>) {
    super();
  }

  override process(record: StreamRecord<K, V>): void {
    synchronous(this.action(record.value, record.key, record), 'forEach');
  }
}
