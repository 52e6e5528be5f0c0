import type { Change } from '../record/change.js';
import type { NodeContext } from '../processor/node.js';
import type { ValueTransformer } from '../processor/processor.js';
import type { StreamRecord } from '../record/record.js';
import { NodeProcessingContext } from './processing-context.js';
import { checkMethods } from './check-methods.js';
import { synchronous } from './results.js';
import { TableResult } from './table-result.js';

export interface TableTransformValuesOptions<K, V, V2> {
  readonly transformer: ValueTransformer<K, V, V2>;
  readonly store: string | undefined;
  readonly oldValues: boolean;
}

/** Replaces the values of a table by a transformer with state; deletions reach it as null (KTableTransformValues). */
export class TableTransformValues<K, V, V2> extends TableResult<K, V, V2> {
  constructor(private readonly options: TableTransformValuesOptions<K, V, V2>) {
    super(options.store, options.oldValues);
  }

  override init(context: NodeContext): void | Promise<void> {
    void super.init(context);
    checkMethods('transformer', this.options.transformer, 'transform');
    return this.options.transformer.init?.(new NodeProcessingContext(context, this));
  }

  override process(record: StreamRecord<K, Change<V>>): void | Promise<void> {
    const { key } = record;
    const value = this.transformed(record.value.newValue, key);
    const former = !this.oldValues ? null : this.isStored ? this.stored(key) : this.transformed(record.value.oldValue, key);
    return this.result(record, value, former);
  }

  override close(): void | Promise<void> {
    return this.options.transformer.close?.();
  }

  private transformed(value: V | null, key: K): V2 | null {
    return synchronous(this.options.transformer.transform(value as V, key), 'transformValues') ?? null;
  }
}
