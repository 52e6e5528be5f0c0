import { TopologyError } from '@ouzel/core';
import type { Graph } from './graph.js';
import type { GraphNode } from './graph-node.js';
import { RepartitionNode, repartitionNames } from './repartition-node.js';

type RepartitionsByChanger = Map<GraphNode, RepartitionNode[]>;

/**
 * `merge.repartition.topics`: several repartition topics below one change of the key become one, right behind the
 * change, where no change of the value lies between. Below a merge of streams the merge takes the place of the changes
 * above it.
 */
export function mergeRepartitions(graph: Graph): void {
  const nodes = byPriority(graph);
  const candidates: RepartitionsByChanger = new Map();
  for (const node of nodes) {
    if (node.traits.changesKey) candidates.set(node, []);
    else if (node instanceof RepartitionNode && !node.parts.isExplicit) {
      const changer = keyChangerOf(node);
      if (changer !== undefined) candidates.get(changer)!.push(node);
    }
  }
  moveToMerges(
    nodes.filter(({ traits }) => traits.isMerge),
    candidates,
  );
  for (const [changer, repartitions] of candidates) if (repartitions.length > 0) mergeBelow(graph, changer, repartitions);
}

function byPriority(graph: Graph): GraphNode[] {
  return graph.nodes().sort((a, b) => a.priority - b.priority);
}

/** The nearest change of the key above, unless the value is changed in between. */
function keyChangerOf(node: GraphNode): GraphNode | undefined {
  const change = nearestAbove(node, ({ traits }) => traits.changesKey || traits.changesValue);
  const keyChange = nearestAbove(node, ({ traits }) => traits.changesKey);
  return change === keyChange ? keyChange : undefined;
}

/**
 * Returns the node itself or the nearest one above it that fits. Where a node has several parents, the result for the
 * last of them counts, as in Kafka Streams (findParentNodeMatching): it decides which repartitions can be merged.
 */
function nearestAbove(start: GraphNode, fits: (node: GraphNode) => boolean): GraphNode | undefined {
  const known = new Map<GraphNode, GraphNode | undefined>();
  const search = (node: GraphNode): GraphNode | undefined => {
    if (fits(node)) return node;
    if (known.has(node)) return known.get(node);
    let found: GraphNode | undefined;
    for (const parent of node.parents) {
      found = search(parent);
      if (found === parent) break;
    }
    known.set(node, found);
    return found;
  };
  return search(start);
}

function moveToMerges(merges: readonly GraphNode[], candidates: RepartitionsByChanger): void {
  const below = (node: GraphNode, top: GraphNode) => nearestAbove(node, ({ parents }) => parents.has(top)) !== undefined;
  const moves = merges.map((merge) => ({
    merge,
    changers: [...candidates]
      .filter(([changer, repartitions]) => repartitions.every((node) => below(node, merge)) && below(merge, changer))
      .map(([changer]) => changer),
  }));
  for (const { merge, changers } of moves) candidates.set(merge, [...new Set(changers.flatMap((changer) => candidates.get(changer)!))]);
  for (const { changers } of moves) for (const changer of changers) candidates.delete(changer);
}

function mergeBelow(graph: Graph, changer: GraphNode, replaced: readonly RepartitionNode[]): void {
  const merged = mergedNode(graph, replaced);
  merged.priority = changer.priority;
  for (const node of replaced) {
    const child = nearestAbove(node, ({ parents }) => parents.has(changer));
    if (child === undefined) {
      throw new TopologyError('OUZEL_TOPOLOGY', {
        what: `the repartition topic "${node.parts.names.topic}" can not be merged with others behind "${changer.name}"`,
        where: `node "${changer.name}"`,
        help: 'Leave out the optimisation merge.repartition.topics, or repartition explicitly before you group.',
      });
    }
    changer.removeChild(child);
    merged.addChild(child);
    bypass(node);
    graph.replaceCopartitioned(node.name, merged.name);
  }
  changer.addChild(merged);
}

/** Takes a node out: its children hang on its parents. */
function bypass(node: GraphNode): void {
  const parents = [...node.parents];
  const children = [...node.children];
  for (const child of children) for (const parent of parents) parent.addChild(child);
  for (const parent of parents) parent.removeChild(node);
  for (const child of children) node.removeChild(child);
}

/** One topic with the name of the first, and the first serdes that any of them has. */
function mergedNode(graph: Graph, replaced: readonly RepartitionNode[]): RepartitionNode {
  const [{ parts: first }] = replaced as [RepartitionNode];
  const key = replaced.find(({ parts }) => parts.key !== undefined)?.parts.key;
  const value = replaced.find(({ parts }) => parts.value !== undefined)?.parts.value;
  const names = repartitionNames(graph.names, first.names.topic);
  return new RepartitionNode({ ...first, names, key, value, partitions: undefined, partitioner: undefined, isExplicit: false });
}
