import type { Assembly } from '../assembly.js';
import type { StoreDeclaration } from '../declarations.js';
import { GraphNode, type NodeTraits } from './graph-node.js';
import type { CreateNode } from './processor-node.js';

/** One side of a join of streams. */
export interface JoinSide {
  /** The node above that remembers this side's records. */
  readonly window: string;
  readonly store: StoreDeclaration;
  /** The node that looks for this side's records on the other side. */
  readonly join: string;
  readonly create: CreateNode;
}

export interface StreamJoinParts {
  readonly left: JoinSide;
  readonly right: JoinSide;
  /** Set for left and outer joins: the store of records without a match so far. */
  readonly shared: StoreDeclaration | undefined;
  readonly createMerge: CreateNode;
  /** Set for an inner join: makes one node that joins both sides, where they are the same stream. */
  readonly self: CreateNode | undefined;
}

/**
 * Both sides and the node that merges what they find (StreamStreamJoinNode). The windows above are graph nodes of their
 * own.
 */
export class StreamJoinNode extends GraphNode {
  /** One store and one node for both sides; set by the optimiser. */
  isSelfJoin = false;

  constructor(
    name: string,
    readonly parts: StreamJoinParts,
    traits: Partial<NodeTraits>,
  ) {
    super(name, traits);
  }

  override writeTo(assembly: Assembly): void {
    if (this.isSelfJoin) this.writeSelfJoin(assembly);
    else this.writeJoin(assembly);
  }

  private writeSelfJoin(assembly: Assembly): void {
    const { left, self } = this.parts;
    assembly.addProcessor({ kind: 'processor', name: this.name, parents: [left.window], needs: [], create: self! });
    assembly.addStore(left.store, [left.window, this.name]);
  }

  private writeJoin(assembly: Assembly): void {
    const { left, right, shared, createMerge } = this.parts;
    for (const { join, window, create } of [left, right])
      assembly.addProcessor({ kind: 'processor', name: join, parents: [window], needs: [], create });
    assembly.addProcessor({ kind: 'processor', name: this.name, parents: [left.join, right.join], needs: [], create: createMerge });
    assembly.addStore(left.store, [left.window, right.join]);
    assembly.addStore(right.store, [right.window, left.join]);
    if (shared !== undefined) assembly.addStore(shared, [left.join, right.join]);
  }
}
