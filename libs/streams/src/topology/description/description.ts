import type { Assembly } from '../assembly.js';
import type { NodeDeclaration } from '../declarations.js';
import { copiedHashOrder, hashOrder } from './hash-order.js';
import { InsertionTree } from './insertion-tree.js';

/** A node in the order and with the neighbours that Kafka Streams shows. */
export interface DescribedNode {
  readonly kind: 'source' | 'processor' | 'sink';
  readonly name: string;
  /** The topics of a source, a pattern as its text. The topic of a sink, null where an extractor chooses it. */
  readonly topics: readonly string[] | string | null;
  readonly stores: readonly string[];
  readonly parents: readonly string[];
  readonly children: readonly string[];
}

export interface DescribedSubTopology {
  readonly id: number;
  readonly isGlobal: boolean;
  readonly nodes: readonly DescribedNode[];
}

/** A node while its neighbours are gathered: `size` counts the ways down from it. */
interface Gathered {
  readonly declaration: NodeDeclaration;
  /** In the order of the topology: parents before children. */
  readonly index: number;
  size: number;
  readonly parents: InsertionTree<Gathered>;
  readonly children: InsertionTree<Gathered>;
}

/** The facts of a topology, ordered as Kafka Streams' TopologyDescription orders them. */
export function describeTopology(assembly: Assembly): DescribedSubTopology[] {
  const globalSources = new Set([...assembly.globals.values()].map(({ source }) => source.name));
  return assembly
    .nodeGroups()
    .map((names, id) => ({ id, isGlobal: names.some((name) => globalSources.has(name)), nodes: describeNodes(assembly, names) }));
}

function describeNodes(assembly: Assembly, names: readonly string[]): DescribedNode[] {
  const gathered = new Map<string, Gathered>();
  for (const [index, name] of names.entries()) {
    gathered.set(name, {
      declaration: assembly.nodes.get(name)!,
      index,
      size: 1,
      parents: new InsertionTree(bySize),
      children: new InsertionTree(bySize),
    });
  }
  for (const name of hashOrder(names)) {
    const node = gathered.get(name)!;
    for (const parentName of parentsOf(node.declaration)) {
      const parent = gathered.get(parentName)!;
      node.parents.add(parent);
      parent.children.add(node);
      grow(parent, node.size);
    }
  }
  return [...gathered.values()].sort(bySize).map((node) => describeNode(assembly, node));
}

function describeNode(assembly: Assembly, { declaration, parents, children }: Gathered): DescribedNode {
  const { kind, name } = declaration;
  const named = (nodes: Iterable<Gathered>) => [...nodes].map((node) => node.declaration.name);
  return {
    kind,
    name,
    topics: topicsOf(declaration),
    stores: storesOf(assembly, declaration),
    parents: named(parents),
    children: named(children),
  };
}

function topicsOf(declaration: NodeDeclaration): DescribedNode['topics'] {
  switch (declaration.kind) {
    case 'source':
      return declaration.topics instanceof RegExp ? declaration.topics.source : copiedHashOrder(declaration.topics);
    case 'sink':
      return typeof declaration.topic === 'string' ? [declaration.topic] : null;
    case 'processor':
      return [];
  }
}

function storesOf(assembly: Assembly, { kind, name }: NodeDeclaration): string[] {
  if (kind !== 'processor') return [];
  const filled = [...assembly.globals.values()]
    .filter(({ processor }) => processor.name === name)
    .map(({ declaration }) => declaration.name);
  return copiedHashOrder([...filled, ...assembly.storesOf(name)]);
}

function parentsOf(declaration: NodeDeclaration): readonly string[] {
  return declaration.kind === 'source' ? [] : declaration.parents;
}

/** More ways down first, then by name. */
function bySize(a: Gathered, b: Gathered): number {
  if (a.size !== b.size) return b.size - a.size;
  const [left, right] = [a.declaration.name, b.declaration.name];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The node has `by` more ways down, and every node above it as many for each of its ways to the node. */
function grow(node: Gathered, by: number): void {
  const growth = new Map([[node, by]]);
  for (const above of ancestry(node)) {
    const more = growth.get(above)!;
    above.size += more;
    for (const parent of above.parents) growth.set(parent, (growth.get(parent) ?? 0) + more);
  }
}

/** The node and all above it, children before parents. */
function ancestry(node: Gathered): Gathered[] {
  const found = new Set([node]);
  for (const each of found) for (const parent of each.parents) found.add(parent);
  return [...found].sort((a, b) => b.index - a.index);
}
