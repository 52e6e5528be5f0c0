import type { DescribedNode, DescribedSubTopology } from './description.js';

/** Kafka Streams' text of a topology, to the letter (TopologyDescription.toString). */
export function descriptionText(subTopologies: readonly DescribedSubTopology[]): string {
  return `Topologies:\n ${subTopologies.map(subTopologyText).join('')}`;
}

function subTopologyText({ id, isGlobal, nodes }: DescribedSubTopology): string {
  const title = `  Sub-topology: ${id}${isGlobal ? ' for global store (will not generate tasks)' : ''}\n`;
  const lines = nodes.map((node) => `    ${nodeText(node)}\n`).join('');
  return isGlobal ? title + lines : `${title}${lines}\n`;
}

function nodeText(node: DescribedNode): string {
  const { name } = node;
  const down = `\n      --> ${neighbours(node.children)}`;
  const up = `\n      <-- ${neighbours(node.parents)}`;
  switch (node.kind) {
    case 'source':
      return `Source: ${name} (topics: ${typeof node.topics === 'string' ? node.topics : `[${node.topics!.join(', ')}]`})${down}`;
    case 'processor':
      return `Processor: ${name} (stores: [${node.stores.join(', ')}])${down}${up}`;
    case 'sink':
      return `Sink: ${name} (${node.topics === null ? 'extractor class: *' : `topic: ${node.topics[0]!}`})${up}`;
  }
}

function neighbours(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
