import { TopologyError } from '@ouzel/core';
import { legalName } from '../../topology/legal-name.js';
import { SinkNode } from '../../topology/graph/sink-node.js';
import type { StreamPartitioner, TopicNameExtractor } from '../../topology/plan.js';
import type { Produced } from '../options/index.js';
import { callback, nameIn, withSerdes } from '../arguments/checked.js';
import type { StreamHandle } from '../handles.js';

/** Ends the stream in a topic (KStream.to). */
export function streamToTopic<K, V>(
  { graph, node, key, value }: StreamHandle,
  topic: string | TopicNameExtractor<K, V>,
  options?: Produced<K, V>,
): void {
  if (typeof topic === 'string') legalName(topic, 'topic of to');
  else if (typeof topic !== 'function')
    throw new TopologyError('OUZEL_TOPOLOGY', { what: 'to needs the name of a topic, or a function that returns one' });
  const produced = withSerdes(options, 'to');
  if (produced.partitioner !== undefined) callback(produced.partitioner, 'the partitioner of to');
  const name = graph.names.orGenerated(nameIn(options, 'to'), 'KSTREAM-SINK-');
  graph.add(
    node,
    new SinkNode({
      kind: 'sink',
      name,
      topic: topic as string | TopicNameExtractor,
      key: produced.key ?? key,
      value: produced.value ?? value,
      partitioner: (produced.partitioner as StreamPartitioner | undefined) ?? 'inner-key',
    }),
  );
}
