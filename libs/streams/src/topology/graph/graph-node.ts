import type { Assembly } from '../assembly.js';

/** What the passes over a graph need to know of a node. */
export interface NodeTraits {
  /** What is keyed behind it must be repartitioned. */
  readonly changesKey: boolean;
  readonly changesValue: boolean;
  readonly isMerge: boolean;
  /** A join that gives records without a key a meaning: repartitioning above it keeps them (KIP-962). */
  readonly takesNullKeys: boolean;
  /** Of windowed aggregates: how long a window may still change after its end, ms. */
  readonly graceMs: number | undefined;
}

const plain: NodeTraits = { changesKey: false, changesValue: false, isMerge: false, takesNullKeys: false, graceMs: undefined };

/**
 * What one DSL call adds to a graph (GraphNode): data, and how it becomes nodes of a topology. One graph node may become several of them. Children hang on the
 * node called `name`.
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
