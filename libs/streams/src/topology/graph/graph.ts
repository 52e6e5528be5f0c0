import { TopologyError } from '@ouzel/core';
import type { Assembly } from '../assembly.js';
import { GraphNode, RootNode } from './graph-node.js';
import { NameGenerator } from './name-generator.js';

/** The graph that a builder has put together: nodes below one root, and the names that they share. */
export class Graph {
  readonly names = new NameGenerator();
  readonly root = new RootNode();
  /** Sets of source nodes, by name, whose topics must have the same partition count. */
  copartitioned: ReadonlySet<string>[] = [];
  private nextPriority = 0;
  private isBuilt = false;

  /** Adds a node below its parents. Throws OUZEL_TOPOLOGY once the topology is built. */
  add<N extends GraphNode>(parents: GraphNode | readonly GraphNode[], node: N): N {
    if (this.isBuilt)
      throw new TopologyError('OUZEL_TOPOLOGY', {
        what: 'the topology is built already',
        where: `node "${node.name}"`,
        help: 'Call build() when everything is added.',
      });
    node.priority = this.nextPriority++;
    for (const parent of parents instanceof GraphNode ? [parents] : parents) parent.addChild(node);
    return node;
  }

  copartition(sources: ReadonlySet<string>): void {
    this.copartitioned.push(sources);
  }

  /** Another source node took the place of one: it is a member of the same sets. */
  replaceCopartitioned(former: string, name: string): void {
    this.copartitioned = this.copartitioned.map((sources) =>
      sources.has(former) ? new Set([...sources].map((source) => (source === former ? name : source))) : sources,
    );
  }

  /**
   * All nodes below the root, parents before children where there is one way only, each once, in the order of their
   * depth.
   */
  nodes(): GraphNode[] {
    const seen = new Set<GraphNode>([this.root]);
    for (const node of seen) for (const child of node.children) seen.add(child);
    seen.delete(this.root);
    return [...seen];
  }

  /**
   * Makes every node's part of a topology, by priority, each when all its parents are made. Nothing can be added
   * afterwards.
   */
  writeTo(assembly: Assembly): void {
    this.isBuilt = true;
    const waiting: GraphNode[] = [this.root];
    for (let node = takeFirst(waiting); node !== undefined; node = takeFirst(waiting)) {
      if (node.isWritten || [...node.parents].some(({ isWritten }) => !isWritten)) continue;
      node.writeTo(assembly);
      node.isWritten = true;
      waiting.push(...node.children);
    }
    for (const sources of this.copartitioned) assembly.copartition(sources);
  }
}

function takeFirst(waiting: GraphNode[]): GraphNode | undefined {
  let first = 0;
  for (let i = 1; i < waiting.length; i++) if (waiting[i]!.priority < waiting[first]!.priority) first = i;
  return waiting.splice(first, 1)[0];
}
