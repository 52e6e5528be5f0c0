import type { Assembly } from '../assembly.js';
import type { StoreDeclaration } from '../declarations.js';
import { GraphNode } from './graph-node.js';
import type { CreateNode } from './processor-node.js';

/** One side of a join of tables. */
export interface TableJoinSide {
  readonly name: string;
  readonly parent: GraphNode;
  readonly create: CreateNode;
  /** Stores in which it finds the other side's rows. */
  looksInto(): readonly string[];
}

export interface TableJoinParts {
  readonly left: TableJoinSide;
  readonly right: TableJoinSide;
  readonly createMerge: CreateNode;
  /** The store of the result. */
  readonly store: StoreDeclaration | undefined;
}

/** Both sides and the node that merges their results (KTableKTableJoinNode). */
export class TableJoinNode extends GraphNode {
  constructor(
    name: string,
    private readonly parts: TableJoinParts,
  ) {
    super(name);
  }

  override writeTo(assembly: Assembly): void {
    const { left, right, createMerge, store } = this.parts;
    for (const { name, parent, create } of [left, right])
      assembly.addProcessor({ kind: 'processor', name, parents: [parent.name], needs: [], create });
    assembly.addProcessor({ kind: 'processor', name: this.name, parents: [left.name, right.name], needs: [], create: createMerge });
    for (const { name, looksInto } of [left, right]) for (const found of looksInto()) assembly.connectStore(name, found);
    if (store !== undefined) assembly.addStore(store, [this.name]);
  }
}
