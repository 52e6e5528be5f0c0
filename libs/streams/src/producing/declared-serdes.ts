import { matches } from '../runtime/topics/source-topics.js';
import type { Assembly } from '../topology/assembly.js';
import { resolveSerde, type SinkDeclaration, type SourceDeclaration } from '../topology/declarations.js';
import type { TopicSerdes } from './topic-serdes.js';

/**
 * Returns the serdes that the nodes of a topology have for a topic: those of its sources first, then those of its sinks.
 * `topic` is the full name, which is that of the application and of the node for a repartition topic.
 */
export function declaredSerdes(assembly: Assembly, topic: string, applicationId: string | undefined, defaults: TopicSerdes): TopicSerdes {
  const inTopology = [...assembly.repartitionTopics.keys()].find((name) => topic === `${applicationId}-${name}`) ?? topic;
  const nodes = [...assembly.nodes.values()].filter((node) => node.kind !== 'processor');
  const using = [...nodes.filter((node) => reads(node, inTopology)), ...nodes.filter((node) => writes(node, inTopology))];
  const key = using.map((node) => resolveSerde(node.key, defaults.key)).find((serde) => serde !== undefined);
  const value = using.map((node) => resolveSerde(node.value, defaults.value)).find((serde) => serde !== undefined);
  return { ...(key !== undefined && { key }), ...(value !== undefined && { value }) };
}

function reads(node: SourceDeclaration | SinkDeclaration, topic: string): boolean {
  if (node.kind !== 'source') return false;
  return node.topics instanceof RegExp ? matches(node.topics, topic) : node.topics.includes(topic);
}

function writes(node: SourceDeclaration | SinkDeclaration, topic: string): boolean {
  return node.kind === 'sink' && node.topic === topic;
}
