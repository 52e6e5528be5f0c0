import { Graph } from './graph.js';
import { GraphNode, type NodeTraits } from './graph-node.js';
import { mergeRepartitions } from './merge-repartitions.js';
import { RepartitionNode } from './repartition-node.js';

class Plain extends GraphNode {
  override writeTo(): void {}
}

const noNode = () => Promise.reject(new Error('not run'));

/** A graph by words: `graph.node('count', parent)`, and what it looks like, node by node, as `parent > child`. */
class Sketch {
  readonly graph = new Graph();

  node(name: string, parents: GraphNode | GraphNode[] = this.graph.root, traits: Partial<NodeTraits> = {}): GraphNode {
    return this.graph.add(parents, new Plain(name, traits));
  }

  repartition(topic: string, parent: GraphNode, kind: 'implicit' | 'explicit' = 'implicit'): RepartitionNode {
    const names = { topic: `${topic}-repartition`, sink: `${topic}-sink`, filter: `${topic}-filter`, source: `${topic}-source` };
    const filters = { dropNullKeys: noNode, keepNullKeys: noNode };
    return this.graph.add(
      parent,
      new RepartitionNode({
        names,
        key: undefined,
        value: undefined,
        partitions: undefined,
        partitioner: undefined,
        filters,
        isExplicit: kind === 'explicit',
      }),
    );
  }

  edges(): string[] {
    return this.graph.nodes().flatMap((node) => [...node.children].map((child) => `${node.name} > ${child.name}`));
  }
}

describe('merging repartition topics', () => {
  it('makes one, behind the change of the key, with the name of the first', () => {
    const sketch = new Sketch();
    const rekeyed = sketch.node('rekeyed', undefined, { changesKey: true });
    sketch.node('count', sketch.repartition('one', rekeyed));
    sketch.node('sum', sketch.repartition('two', rekeyed));
    mergeRepartitions(sketch.graph);
    expect(sketch.edges()).toEqual(['rekeyed > one-repartition-source', 'one-repartition-source > count', 'one-repartition-source > sum']);
  });

  it('moves what lies between the change and the topic below the merged topic', () => {
    const sketch = new Sketch();
    const rekeyed = sketch.node('rekeyed', undefined, { changesKey: true });
    sketch.node('count', sketch.repartition('one', sketch.node('filter', rekeyed)));
    sketch.node('sum', sketch.repartition('two', rekeyed));
    mergeRepartitions(sketch.graph);
    expect(sketch.edges()).toEqual([
      'rekeyed > one-repartition-source',
      'one-repartition-source > filter',
      'one-repartition-source > sum',
      'filter > count',
    ]);
  });

  it('leaves a topic behind a change of the value, and explicit ones, where they are', () => {
    const sketch = new Sketch();
    const rekeyed = sketch.node('rekeyed', undefined, { changesKey: true });
    sketch.node('count', sketch.repartition('one', sketch.node('mapped', rekeyed, { changesValue: true })));
    sketch.node('out', sketch.repartition('two', rekeyed, 'explicit'));
    const before = sketch.edges();
    mergeRepartitions(sketch.graph);
    expect(sketch.edges()).toEqual(before);
  });

  it('goes below a merge of streams whose keys were changed', () => {
    const sketch = new Sketch();
    const a = sketch.node('a', undefined, { changesKey: true });
    const b = sketch.node('b', undefined, { changesKey: true });
    const merged = sketch.node('merged', [a, b], { isMerge: true });
    sketch.node('count', sketch.repartition('one', merged));
    sketch.node('sum', sketch.repartition('two', merged));
    mergeRepartitions(sketch.graph);
    expect(sketch.edges()).toEqual([
      'a > merged',
      'b > merged',
      'merged > one-repartition-source',
      'one-repartition-source > count',
      'one-repartition-source > sum',
    ]);
  });

  it('builds the merged topic before what is behind it, and keeps co-partitioned sets valid', () => {
    const sketch = new Sketch();
    const rekeyed = sketch.node('rekeyed', undefined, { changesKey: true });
    sketch.node('count', sketch.repartition('one', rekeyed));
    sketch.graph.copartition(new Set(['one-source', 'table']));
    mergeRepartitions(sketch.graph);
    const [merged] = rekeyed.children;
    expect(merged!.priority).toBe(rekeyed.priority);
    expect(sketch.graph.copartitioned).toEqual([new Set(['one-repartition-source', 'table'])]);
  });
});
