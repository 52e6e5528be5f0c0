import type { DescribedNode, DescribedSubTopology } from './description.js';

/**
 * A flow chart of a topology in Mermaid's notation: one box per sub-topology, topics and stores as nodes of their own.
 */
export function mermaidText(subTopologies: readonly DescribedSubTopology[]): string {
  const chart = new Chart();
  for (const subTopology of subTopologies) chart.add(subTopology);
  return chart.text();
}

class Chart {
  private readonly boxes: string[] = [];
  private readonly edges: string[] = [];
  private readonly ids = new Map<string, string>();
  private readonly outside: string[] = [];

  add({ id, isGlobal, nodes }: DescribedSubTopology): void {
    this.boxes.push(`  subgraph sub${id}["Sub-topology ${id}${isGlobal ? ' (global)' : ''}"]`);
    for (const node of nodes) this.boxes.push(`    ${this.idOf('node', node.name)}["${escaped(node.name)}"]`);
    for (const store of new Set(nodes.flatMap(({ stores }) => stores)))
      this.boxes.push(`    ${this.idOf('store', store)}[("${escaped(store)}")]`);
    this.boxes.push('  end');
    for (const node of nodes) this.connect(node);
  }

  text(): string {
    return `flowchart TD\n${[...this.outside, ...this.boxes, ...this.edges].join('\n')}\n`;
  }

  private connect({ kind, name, topics, stores, children }: DescribedNode): void {
    const id = this.idOf('node', name);
    const listed = topics === null ? ['dynamic topic'] : typeof topics === 'string' ? [`/${topics}/`] : topics;
    for (const topic of listed) this.edges.push(kind === 'sink' ? `  ${id} --> ${this.topic(topic)}` : `  ${this.topic(topic)} --> ${id}`);
    for (const child of children) this.edges.push(`  ${id} --> ${this.idOf('node', child)}`);
    for (const store of stores) this.edges.push(`  ${id} -.- ${this.idOf('store', store)}`);
  }

  private topic(topic: string): string {
    const known = this.ids.has(`topic ${topic}`);
    const id = this.idOf('topic', topic);
    if (!known) this.outside.push(`  ${id}[/"${escaped(topic)}"/]`);
    return id;
  }

  private idOf(kind: 'node' | 'store' | 'topic', name: string): string {
    const key = `${kind} ${name}`;
    const found = this.ids.get(key) ?? `${kind}${this.ids.size}`;
    this.ids.set(key, found);
    return found;
  }
}

function escaped(text: string): string {
  return text.replaceAll('"', '#quot;');
}
