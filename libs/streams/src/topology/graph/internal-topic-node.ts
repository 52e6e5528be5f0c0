import type { Assembly } from '../assembly.js';
import type { SerdeRef, SinkDeclaration } from '../declarations.js';
import { GraphNode } from './graph-node.js';
import { internalSource } from './repartition-node.js';

export interface InternalTopicParts {
  /** Without the application id. */
  readonly topic: string;
  readonly sink: string;
  readonly source: string;
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  readonly partitioner: SinkDeclaration['partitioner'];
}

/** A topic between two parts of one operator: sink and source. */
export class InternalTopicNode extends GraphNode {
  constructor(private readonly parts: InternalTopicParts) {
    super(parts.source);
  }

  override writeTo(assembly: Assembly): void {
    const { topic, sink, source, key, value, partitioner } = this.parts;
    assembly.addRepartitionTopic(topic, undefined);
    assembly.addSink({ kind: 'sink', name: sink, parents: this.parentNames, topic, key, value, partitioner });
    assembly.addSource({ kind: 'source', name: source, topics: [topic], key, value, ...internalSource });
  }
}
