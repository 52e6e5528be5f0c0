import type { Assembly } from '../assembly.js';
import type { ProcessorDeclaration, SourceDeclaration, StoreDeclaration } from '../declarations.js';

import { GraphNode } from './graph-node.js';
import type { TableState } from './table-state.js';

/** A stream's source. */
export class StreamSourceNode extends GraphNode {
  constructor(readonly source: SourceDeclaration) {
    super(source.name);
  }

  override writeTo(assembly: Assembly): void {
    assembly.addSource(this.source);
  }
}

/** A table's source, the processor that makes changes of its records, and its store when the table has one. */
export class TableSourceNode extends GraphNode {
  /** The source topic is the changelog; set by the optimiser. */
  reusesSource = false;

  constructor(
    name: string,
    readonly source: SourceDeclaration,
    readonly table: TableState,
    private readonly create: ProcessorDeclaration['create'],
  ) {
    super(name);
  }

  override writeTo(assembly: Assembly): void {
    const { name, source, table } = this;
    assembly.addSource(source);
    assembly.addProcessor({ kind: 'processor', name, parents: [source.name], needs: [], create: this.create });
    if (!table.isMaterialized) return;
    const store = table.store!;
    if (this.reusesSource) assembly.useSourceAsChangelog(store.name, (source.topics as readonly string[])[0]!);
    assembly.addStore(store, [name]);
  }
}

/** A store that every instance holds whole. */
export class GlobalStoreNode extends GraphNode {
  constructor(
    private readonly store: StoreDeclaration,
    private readonly source: SourceDeclaration,
    private readonly processor: ProcessorDeclaration,
    private readonly restoring: 'copy' | 'reprocess',
  ) {
    super(processor.name);
  }

  override writeTo(assembly: Assembly): void {
    assembly.addGlobalStore({
      declaration: withoutLogging(this.store),
      source: this.source,
      processor: this.processor,
      reprocess: this.restoring === 'reprocess',
    });
  }
}

/** A store of the user, connected later by those that use it. */
export class StateStoreNode extends GraphNode {
  constructor(private readonly store: StoreDeclaration) {
    super(store.name);
  }

  override writeTo(assembly: Assembly): void {
    assembly.addStore(this.store, []);
  }
}

/** The same store, whose records are in another topic already. */
export function withoutLogging(store: StoreDeclaration): StoreDeclaration {
  return { ...store, identity: store.identity, spec: (defaults) => ({ ...store.spec(defaults), logging: false }) };
}
