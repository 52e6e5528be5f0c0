import { ProcessorNode } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';
import type { ValueMapper } from './callbacks.js';
import { synchronous } from './results.js';

export interface PrintOptions<K, V> {
  readonly label: string;
  readonly format: ValueMapper<K, V, string>;
  readonly write: (line: string) => void;
}

/** Ends a stream in lines of text: `[label]: key, value` (KStreamPrint). */
export class Print<K, V> extends ProcessorNode<K, V, void, void> {
  constructor(private readonly options: PrintOptions<K, V>) {
    super();
  }

  override process(record: StreamRecord<K, V>): void {
    const { label, format, write } = this.options;
    synchronous(write(`[${label}]: ${synchronous(format(record.value, record.key, record), 'print')}`), 'print');
  }
}
