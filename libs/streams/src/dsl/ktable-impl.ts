import type { Joiner } from '../operators/callbacks.js';
import type { ValueTransformerSupplier } from '../processor/processor.js';
import type { Suppression } from '../windows/index.js';
import { handleFrom } from './arguments/handle-from.js';
import type { TableHandle } from './handles.js';
import type { ForeignKeyJoined, Grouped, Named, ProcessOptions, Stored } from './options/index.js';
import { KTable, type KGroupedTable, type KStream } from './streams-and-tables.js';
import { joinByForeignKey } from './tables/foreign-key-join.js';
import { groupTable } from './tables/kgrouped-table-impl.js';
import { suppressTable } from './tables/suppress.js';
import { joinTables } from './tables/table-join.js';
import { tableToStream } from './tables/table-to-stream.js';
import { filterTable, mapTableValues, transformTableValues } from './tables/table-views.js';

type JoinOptions<K, V> = Stored<K, unknown> | ForeignKeyJoined<K, V, unknown, unknown>;

/** A table of a builder's graph (KTableImpl): each method hands its handle to the operator's own file. */
export class KTableImpl<K, V> extends KTable<K, V> {
  constructor(readonly handle: TableHandle) {
    super();
  }

  override get queryableStoreName(): string | null {
    return this.handle.queryableStoreName;
  }

  override filter(predicate: (value: V, key: K) => boolean, options?: Stored<K, V>): KTable<K, V> {
    return new KTableImpl(filterTable(this.handle, 'filter', predicate, options));
  }

  override filterNot(predicate: (value: V, key: K) => boolean, options?: Stored<K, V>): KTable<K, V> {
    return new KTableImpl(filterTable(this.handle, 'filterNot', predicate, options));
  }

  override mapValues<V2>(mapper: (value: V, key: K) => V2, options?: Stored<K, V2>): KTable<K, V2> {
    return new KTableImpl(mapTableValues(this.handle, mapper, options));
  }

  override transformValues<V2>(transformer: ValueTransformerSupplier<K, V, V2>, options?: Stored<K, V2> & ProcessOptions): KTable<K, V2> {
    return new KTableImpl(transformTableValues(this.handle, transformer, options));
  }

  override toStream<K2>(selectKeyOrOptions?: ((value: V, key: K) => K2 | null) | Named, options?: Named): KStream<K2, V> {
    return this.handle.graph.stream(tableToStream(this.handle, selectKeyOrOptions, options));
  }

  override suppress(suppression: Suppression, options?: Named): KTable<K, V> {
    return new KTableImpl(suppressTable(this.handle, suppression, options));
  }

  override groupBy<K2, V2>(
    selector: (value: V, key: K) => readonly [K2 | null, V2 | null] | null,
    options?: Grouped<K2, V2>,
  ): KGroupedTable<K2, V2> {
    return groupTable(this.handle, selector, options);
  }

  override join<Out>(other: unknown, joiner: Joiner<K, V, never, Out>, options?: JoinOptions<K, V>): KTable<K, Out> {
    return this.joined('inner', other, joiner, options);
  }

  override leftJoin<Out>(other: unknown, joiner: Joiner<K, V, never, Out>, options?: JoinOptions<K, V>): KTable<K, Out> {
    return this.joined('left', other, joiner, options);
  }

  override outerJoin<R, Out>(other: KTable<K, R>, joiner: Joiner<K, V | null, R | null, Out>, options?: Stored<K, Out>): KTable<K, Out> {
    return new KTableImpl(joinTables('outer', this.handle, tableHandle(other, this.handle, 'outerJoin'), joiner, options));
  }

  private joined<Out>(
    kind: 'inner' | 'left',
    other: unknown,
    joiner: Joiner<K, V, never, Out>,
    options: JoinOptions<K, V> | undefined,
  ): KTable<K, Out> {
    const right = tableHandle(other, this.handle, kind === 'inner' ? 'join' : 'leftJoin');
    if (options !== undefined && 'foreignKey' in options)
      return new KTableImpl(joinByForeignKey(kind, this.handle, right, joiner, options));
    return new KTableImpl(joinTables(kind, this.handle, right, joiner, options));
  }
}

/** Returns the handle of a table that was passed to an operator. */
export function tableHandle(table: unknown, own: Pick<TableHandle, 'graph'>, operator: string): TableHandle {
  return handleFrom(table instanceof KTableImpl ? table.handle : undefined, 'a table', own, operator);
}
