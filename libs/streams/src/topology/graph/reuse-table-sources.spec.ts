import { specOf } from '../../state/kind/store-supplier.js';
import { serdes } from '../../serdes/serdes.js';
import { Stores } from '../../state/stores.js';
import { Assembly } from '../assembly.js';
import { Graph } from './graph.js';
import { reuseTableSources } from './reuse-table-sources.js';
import { TableSourceNode } from './source-nodes.js';

const spec = specOf(Stores.timestampedKeyValueStoreBuilder(Stores.persistentKeyValueStore('t'), serdes.string, serdes.string))!;

function tableGraph(isMaterialized: boolean): Graph {
  const graph = new Graph();
  const store = { name: 't', needs: [], identity: {}, spec: () => spec };
  const table = { kind: 'source', parents: [], store, isMaterialized, sendsOldValues: false, historyMs: undefined } as const;
  const source = {
    kind: 'source',
    name: 'source',
    topics: ['in'],
    key: undefined,
    value: undefined,
    timestamp: undefined,
    offsetReset: undefined,
    tombstones: 'pass',
  } as const;
  graph.add(graph.root, new TableSourceNode('table', source, table, () => Promise.reject(new Error('not run'))));
  return graph;
}

describe('the rule that reuses sources of tables', () => {
  it('makes the source topic the changelog', () => {
    const graph = tableGraph(true);
    reuseTableSources(graph);
    const assembly = new Assembly();
    graph.writeTo(assembly);
    expect([...assembly.changelogSources]).toEqual([['t', 'in']]);
  });

  it('has nothing to do with a table that has no store', () => {
    const graph = tableGraph(false);
    reuseTableSources(graph);
    const assembly = new Assembly();
    graph.writeTo(assembly);
    expect(assembly.changelogSources.size).toBe(0);
    expect(assembly.stores.size).toBe(0);
  });
});
