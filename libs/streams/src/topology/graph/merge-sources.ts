import { TopologyError } from '@ouzel/core';
import type { SourceDeclaration } from '../declarations.js';
import type { Graph } from './graph.js';
import { StreamSourceNode } from './source-nodes.js';

/** Streams of the same topics or pattern share one source: the first takes the children of the others. Always done. */
export function mergeSources(graph: Graph): void {
  const byTopics = new Map<string, StreamSourceNode>();
  for (const node of [...graph.root.children]) {
    if (!(node instanceof StreamSourceNode)) continue;
    for (const topic of subscriptions(node.source)) {
      const first = byTopics.get(topic);
      if (first === undefined) byTopics.set(topic, node);
      else if (first !== node) {
        checkMergeable(first.source, node.source, topic);
        for (const child of [...node.children]) {
          node.removeChild(child);
          first.addChild(child);
        }
        graph.root.removeChild(node);
        graph.replaceCopartitioned(node.name, first.name);
      }
    }
  }
}

function subscriptions({ topics }: SourceDeclaration): readonly string[] {
  return topics instanceof RegExp ? [String(topics)] : topics;
}

function checkMergeable(first: SourceDeclaration, other: SourceDeclaration, topic: string): void {
  const where = `sources "${first.name}" and "${other.name}"`;
  const nodes = [first.name, other.name];
  const [topics, others] = [first, other].map((source) => JSON.stringify([...subscriptions(source)].sort()));
  if (topics !== others) {
    throw new TopologyError('OUZEL_TOPOLOGY', {
      what: `both read topic "${topic}", but not the same topics`,
      where,
      nodes,
      help: 'Read the topics one by one and merge the streams.',
    });
  }
  if (JSON.stringify(first.offsetReset) !== JSON.stringify(other.offsetReset)) {
    throw new TopologyError('OUZEL_TOPOLOGY', { what: `both read topic "${topic}", with different offsetReset`, where, nodes });
  }
}
