import type { DescribedNode, DescribedSubTopology } from './description.js';

/** A graph of a topology in Graphviz' notation: one cluster per sub-topology, topics as boxes, stores as cylinders. */
export function dotText(subTopologies: readonly DescribedSubTopology[]): string {
  const clusters = subTopologies.map(clusterText);
  const edges = subTopologies.flatMap(({ nodes }) => nodes.flatMap(edgesOf));
  const topics = [...new Set(subTopologies.flatMap(({ nodes }) => nodes.flatMap(topicsOf)))].map(
    (topic) => `  ${id('topic', topic)} [label=${quoted(topic)}, shape=box, style=filled];`,
  );
  return `digraph topology {\n  rankdir=LR;\n${[...topics, ...clusters, ...edges].join('\n')}\n}\n`;
}

function clusterText({ id: number, isGlobal, nodes }: DescribedSubTopology): string {
  const stores = new Set(nodes.flatMap((node) => node.stores));
  return [
    `  subgraph cluster_${number} {`,
    `    label=${quoted(`Sub-topology ${number}${isGlobal ? ' (global)' : ''}`)};`,
    ...nodes.map(({ name }) => `    ${id('node', name)} [label=${quoted(name)}, shape=ellipse];`),
    ...[...stores].map((store) => `    ${id('store', store)} [label=${quoted(store)}, shape=cylinder];`),
    '  }',
  ].join('\n');
}

function edgesOf(node: DescribedNode): string[] {
  const own = id('node', node.name);
  return [
    ...topicsOf(node).map((topic) => (node.kind === 'sink' ? `  ${own} -> ${id('topic', topic)};` : `  ${id('topic', topic)} -> ${own};`)),
    ...node.children.map((child) => `  ${own} -> ${id('node', child)};`),
    ...node.stores.map((store) => `  ${own} -> ${id('store', store)} [dir=none, style=dashed];`),
  ];
}

function topicsOf({ topics }: DescribedNode): readonly string[] {
  return topics === null ? ['dynamic topic'] : typeof topics === 'string' ? [`/${topics}/`] : topics;
}

function id(kind: 'node' | 'store' | 'topic', name: string): string {
  return quoted(`${kind} ${name}`);
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
