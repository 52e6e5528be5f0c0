import { Graph } from './graph.js';
import { GraphNode } from './graph-node.js';
import { keepNullKeys } from './keep-null-keys.js';
import { RepartitionNode } from './repartition-node.js';

class Plain extends GraphNode {
  override writeTo(): void {}
}

function repartition(graph: Graph, topic: string): RepartitionNode {
  const noNode = () => Promise.reject(new Error('not run'));
  const names = { topic, sink: `${topic}-sink`, filter: `${topic}-filter`, source: `${topic}-source` };
  const filters = { dropNullKeys: noNode, keepNullKeys: noNode };
  return graph.add(
    graph.root,
    new RepartitionNode({
      names,
      key: undefined,
      value: undefined,
      partitions: undefined,
      partitioner: undefined,
      filters,
      isExplicit: false,
    }),
  );
}

describe('records without a key', () => {
  it('pass a repartition topic above a join that takes them, however far above', () => {
    const graph = new Graph();
    const topic = repartition(graph, 'a');
    const filter = graph.add(topic, new Plain('filter'));
    graph.add(filter, new Plain('left-join', { takesNullKeys: true }));
    keepNullKeys(graph);
    expect(topic.keepsNullKeys).toBe(true);
  });

  it('are dropped above all others', () => {
    const graph = new Graph();
    const topic = repartition(graph, 'a');
    graph.add(topic, new Plain('count'));
    graph.add(repartition(graph, 'b'), new Plain('left-join', { takesNullKeys: true }));
    keepNullKeys(graph);
    expect(topic.keepsNullKeys).toBe(false);
  });
});
