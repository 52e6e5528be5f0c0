import type { Joiner } from '../../operators/callbacks.js';
import type { ValueTransformerSupplier } from '../../processor/processor.js';
import type { Suppression } from '../../windows/index.js';
import type { KGroupedTable } from '../kgrouped-table.js';
import type { KStream } from '../kstream.js';
import { KTable } from '../ktable.js';
import type { ForeignKeyJoined, Grouped, Named, Stored } from '../options/index.js';
import { joinByForeignKey } from './foreign-key-join.js';
import { groupTable } from './grouped-table-face.js';
import { handleFrom } from '../arguments/handle-from.js';
import { StreamFace } from '../streams/stream-face.js';
import { suppressTable } from './suppress.js';
import type { TableHandle } from './table-handle.js';
import { joinTables } from './table-join.js';
import { tableToStream } from './table-to-stream.js';
import { filterTable, mapTableValues, transformTableValues } from './table-views.js';

/** The face of every table. */
export class TableFace<K, V> extends KTable<K, V> {
  constructor(readonly handle: TableHandle) {
    super();
  }

  override get queryableStoreName(): string | null {
    return this.handle.queryableStoreName;
  }

  override filter(predicate: (value: V, key: K) => boolean, options?: Stored<K, V>): KTable<K, V> {
    return new TableFace(filterTable(this.handle, 'filter', predicate, options));
  }

  override filterNot(predicate: (value: V, key: K) => boolean, options?: Stored<K, V>): KTable<K, V> {
    return new TableFace(filterTable(this.handle, 'filterNot', predicate, options));
  }

  override mapValues<V2>(mapper: (value: V, key: K) => V2, options?: Stored<K, V2>): KTable<K, V2> {
    return new TableFace(mapTableValues(this.handle, mapper, options));
  }

  override transformValues<V2>(
    transformer: ValueTransformerSupplier<K, V, V2>,
    options?: Stored<K, V2> & { stores?: readonly string[] },
  ): KTable<K, V2> {
    return new TableFace(transformTableValues(this.handle, transformer, options));
  }

  override toStream<K2>(selectKeyOrOptions?: ((value: V, key: K) => K2 | null) | Named, options?: Named): KStream<any, V> {
    return new StreamFace(tableToStream(this.handle, selectKeyOrOptions, options));
  }

  override suppress(suppression: Suppression, options?: Named): KTable<K, V> {
    return new TableFace(suppressTable(this.handle, suppression, options));
  }

  override groupBy<K2, V2>(
    selector: (value: V, key: K) => readonly [K2 | null, V2 | null] | null,
    options?: Grouped<K2, V2>,
  ): KGroupedTable<K2, V2> {
    return groupTable(this.handle, selector, options);
  }

  override join(
    other: KTable<any, any>,
    joiner: Joiner<K, any, any, any>,
    options?: Stored<K, any> | ForeignKeyJoined<K, V, any, any>,
  ): KTable<K, any> {
    return this.joined('inner', other, joiner, options);
  }

  override leftJoin(
    other: KTable<any, any>,
    joiner: Joiner<K, any, any, any>,
    options?: Stored<K, any> | ForeignKeyJoined<K, V, any, any>,
  ): KTable<K, any> {
    return this.joined('left', other, joiner, options);
  }

  override outerJoin<R, Out>(other: KTable<K, R>, joiner: Joiner<K, V | null, R | null, Out>, options?: Stored<K, Out>): KTable<K, Out> {
    return new TableFace(joinTables('outer', this.handle, tableHandle(other, this.handle, 'outerJoin'), joiner, options));
  }

  private joined(
    kind: 'inner' | 'left',
    other: KTable<any, any>,
    joiner: Joiner<K, any, any, any>,
    options: Stored<K, any> | ForeignKeyJoined<K, V, any, any> | undefined,
  ): KTable<K, any> {
    const right = tableHandle(other, this.handle, kind === 'inner' ? 'join' : 'leftJoin');
    if (options !== undefined && 'foreignKey' in options) return new TableFace(joinByForeignKey(kind, this.handle, right, joiner, options));
    return new TableFace(joinTables(kind, this.handle, right, joiner, options));
  }
}

/** The handle of a table that was given to an operator. */
export function tableHandle(table: unknown, of: Pick<TableHandle, 'graph'>, operator: string): TableHandle {
  return handleFrom(table instanceof TableFace ? table.handle : undefined, 'a table', of, operator);
}
