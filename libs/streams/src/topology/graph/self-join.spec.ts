import type { StoreDeclaration } from '../declarations.js';
import { Assembly } from '../assembly.js';
import { Graph } from './graph.js';
import type { GraphNode } from './graph-node.js';
import { ProcessorGraphNode } from './processor-node.js';
import { rewriteSelfJoins } from './self-join.js';
import { StreamSourceNode } from './source-nodes.js';
import { StreamJoinNode } from './stream-join-node.js';

const noNode = () => Promise.reject(new Error('not run'));

function store(name: string): StoreDeclaration {
  return {
    name,
    needs: [],
    identity: {},
    spec() {
      throw new Error('not run');
    },
  };
}

function source(graph: Graph, name: string): GraphNode {
  return graph.add(
    graph.root,
    new StreamSourceNode({
      kind: 'source',
      name,
      topics: [name],
      key: undefined,
      value: undefined,
      timestamp: undefined,
      offsetReset: undefined,
      tombstones: 'pass',
    }),
  );
}

function join(graph: Graph, left: GraphNode, right: GraphNode, self: StreamJoinNode['parts']['self']): StreamJoinNode {
  graph.add(left, new ProcessorGraphNode('left-window', { create: noNode }));
  graph.add(right, new ProcessorGraphNode('right-window', { create: noNode }));
  const side = (name: string) => ({ window: `${name}-window`, store: store(`${name}-store`), join: `${name}-join`, create: noNode });
  return graph.add(
    [left, right],
    new StreamJoinNode('merge', { left: side('left'), right: side('right'), shared: undefined, createMerge: noNode, self }, {}),
  );
}

function written(graph: Graph): Assembly {
  const assembly = new Assembly();
  graph.writeTo(assembly);
  return assembly;
}

describe('the self-join rule', () => {
  it('leaves one window, one store and one node of a join of a stream with itself', () => {
    const graph = new Graph();
    const stream = source(graph, 'in');
    join(graph, stream, stream, noNode);
    rewriteSelfJoins(graph);
    const assembly = written(graph);
    expect([...assembly.nodes.keys()]).toEqual(['in', 'left-window', 'merge']);
    expect([...assembly.stores.keys()]).toEqual(['left-store']);
    expect(assembly.storesOf('merge')).toEqual(['left-store']);
  });

  it('leaves joins of two streams, and left and outer ones, as they are', () => {
    const two = new Graph();
    join(two, source(two, 'l'), source(two, 'r'), noNode);
    const outer = new Graph();
    const stream = source(outer, 'in');
    join(outer, stream, stream, undefined);
    for (const graph of [two, outer]) {
      rewriteSelfJoins(graph);
      expect([...written(graph).stores.keys()]).toEqual(['left-store', 'right-store']);
    }
  });
});
