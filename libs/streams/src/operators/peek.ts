import { ProcessorNode } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { ValueMapper } from './callbacks.js';
import { synchronous } from './results.js';

/** Looks at records on their way (KStreamPeek). */
export class Peek<K, V> extends ProcessorNode<K, V, K, V> {
  constructor(private readonly action: ValueMapper<K, V, void>) {
    super();
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    synchronous(this.action(record.value, record.key, record), 'peek');
    return this.forward(record);
  }
}
