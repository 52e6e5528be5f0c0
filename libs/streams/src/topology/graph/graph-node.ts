import type { Assembly } from '../assembly.js';

/** The facts about a node that the passes over a graph need. */
export interface NodeTraits {
  /** Whether operators below that depend on the key need a repartition. */
  readonly changesKey: boolean;
  readonly changesValue: boolean;
  readonly isMerge: boolean;
  /** A join that gives records without a key a meaning: repartitioning above it keeps them (KIP-962). */
  readonly takesNullKeys: boolean;
  /** Set for windowed aggregates: how long a window may still change after its end, ms. */
  readonly graceMs: number | undefined;
}

const plain: NodeTraits = { changesKey: false, changesValue: false, isMerge: false, takesNullKeys: false, graceMs: undefined };

/**
 * The part of a graph that one DSL call adds (GraphNode). It knows how it becomes nodes of a topology, of which there
 * may be several. Its children are attached to the one called `name`.
 */
export abstract class GraphNode {
  readonly parents = new Set<GraphNode>();
  readonly children = new Set<GraphNode>();
  /** Lower is built earlier. */
  priority = 0;
  isWritten = false;
  readonly traits: NodeTraits;

  constructor(
    readonly name: string,
    traits: Partial<NodeTraits> = {},
  ) {
    this.traits = { ...plain, ...traits };
  }

  abstract writeTo(assembly: Assembly): void;

  addChild(child: GraphNode): void {
    this.children.add(child);
    child.parents.add(this);
  }

  removeChild(child: GraphNode): void {
    this.children.delete(child);
    child.parents.delete(this);
  }

  protected get parentNames(): string[] {
    return [...this.parents].map(({ name }) => name);
  }
}

/** Above all sources. */
export class RootNode extends GraphNode {
  constructor() {
    super('root');
  }

  override writeTo(): void {}
}
