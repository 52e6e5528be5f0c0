import type { SourceDeclaration } from '../declarations.js';
import { Graph } from './graph.js';
import { mergeSources } from './merge-sources.js';
import { ProcessorGraphNode } from './processor-node.js';
import { StreamSourceNode } from './source-nodes.js';

function read(graph: Graph, name: string, topics: readonly string[] | RegExp, more: Partial<SourceDeclaration> = {}): StreamSourceNode {
  const source: SourceDeclaration = {
    kind: 'source',
    name,
    topics,
    key: undefined,
    value: undefined,
    timestamp: undefined,
    offsetReset: undefined,
    tombstones: 'pass',
    ...more,
  };
  return graph.add(graph.root, new StreamSourceNode(source));
}

function below(graph: Graph, parent: StreamSourceNode, name: string): ProcessorGraphNode {
  return graph.add(parent, new ProcessorGraphNode(name, { create: () => Promise.reject(new Error('not run')) }));
}

describe('merging sources', () => {
  it('gives the children of streams of one topic to the first of them', () => {
    const graph = new Graph();
    const first = read(graph, 'one', ['in']);
    const second = read(graph, 'two', ['in']);
    const child = below(graph, second, 'child');
    mergeSources(graph);
    expect([...graph.root.children]).toEqual([first]);
    expect([...first.children]).toEqual([child]);
    expect([...child.parents]).toEqual([first]);
  });

  it('does so for equal patterns and lists, and leaves different topics alone', () => {
    const graph = new Graph();
    const kept = [read(graph, 'a', /in.*/), read(graph, 'b', ['x', 'y']), read(graph, 'c', ['z'])];
    read(graph, 'd', /in.*/);
    read(graph, 'e', ['x', 'y']);
    mergeSources(graph);
    expect([...graph.root.children]).toEqual(kept);
  });

  it('keeps co-partitioned sets valid', () => {
    const graph = new Graph();
    read(graph, 'one', ['in']);
    read(graph, 'two', ['in']);
    graph.copartition(new Set(['two', 'other']));
    mergeSources(graph);
    expect(graph.copartitioned).toEqual([new Set(['one', 'other'])]);
  });

  it('refuses lists that overlap, and different offset resets', () => {
    const overlapping = new Graph();
    read(overlapping, 'one', ['in', 'x']);
    read(overlapping, 'two', ['in']);
    expect(() => mergeSources(overlapping)).toThrow(/both read topic "in", but not the same topics at sources "one" and "two"/);
    const reset = new Graph();
    read(reset, 'one', ['in'], { offsetReset: 'latest' });
    read(reset, 'two', ['in']);
    expect(() => mergeSources(reset)).toThrow(/both read topic "in", with different offsetReset/);
  });
});
