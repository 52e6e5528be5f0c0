import { Assembly } from './assembly.js';
import type { ProcessorDeclaration, SourceDeclaration, StoreDeclaration } from './declarations.js';

function source(name: string, topics: readonly string[] | RegExp): SourceDeclaration {
  return {
    kind: 'source',
    name,
    topics,
    key: undefined,
    value: undefined,
    timestamp: undefined,
    offsetReset: undefined,
    tombstones: 'pass',
  };
}

function processor(name: string, ...parents: string[]): ProcessorDeclaration {
  return { kind: 'processor', name, parents, needs: [], create: () => Promise.reject(new Error('not run')) };
}

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

function sink(name: string, topic: string, ...parents: string[]) {
  return { kind: 'sink', name, topic, parents, key: undefined, value: undefined, partitioner: undefined } as const;
}

describe('an assembly', () => {
  it('unites processors that share a store', () => {
    const assembly = new Assembly();
    assembly.addSource(source('a', ['a']));
    assembly.addSource(source('b', ['b']));
    assembly.addSource(source('c', ['c']));
    assembly.addProcessor(processor('pa', 'a'));
    assembly.addProcessor(processor('pc', 'c'));
    assembly.addStore(store('shared'), ['pa', 'pc']);
    expect(assembly.nodeGroups()).toEqual([['a', 'c', 'pa', 'pc'], ['b']]);
    expect(assembly.storesOf('pc')).toEqual(['shared']);
  });

  it('gives global stores a number of their own', () => {
    const assembly = new Assembly();
    assembly.addGlobalStore({ declaration: store('g'), source: source('gs', ['g']), processor: processor('gp', 'gs'), reprocess: true });
    assembly.addSource(source('a', ['a']));
    expect(assembly.nodeGroups()).toEqual([['gs', 'gp'], ['a']]);
  });

  it.each<[string, (assembly: Assembly) => void, RegExp]>([
    ['a name twice', (it) => it.addProcessor(processor('in', 'in')), /OUZEL_NAMING: there is a node "in" already/],
    ['a parent that is not there', (it) => it.addProcessor(processor('p', 'nobody')), /there is no node "nobody" yet at node "p"/],
    ['a node without parents', (it) => it.addProcessor(processor('p')), /it has no parent at node "p"/],
    ['a sink as a parent', (it) => it.addProcessor(processor('p', 'out')), /its parent "out" is a sink at node "p"/],
    [
      'a topic that is read already',
      (it) => it.addSource(source('again', ['x', 'in'])),
      /topic "in" is read by source "in" already at source "again"/,
    ],
    ['a pattern that fits a topic that is read', (it) => it.addSource(source('all', /i./)), /topic "in" is read by source "in" already/],
    ['a topic that Kafka would not take', (it) => it.addSource(source('bad', ['a topic'])), /OUZEL_NAMING: "a topic" is not a legal name/],
    ['a store that is not there', (it) => it.connectStore('p0', 'missing'), /there is no state store "missing" at processor "p0"/],
    ['another store of the same name', (it) => it.addStore(store('s'), []), /OUZEL_NAMING: there is a state store "s" already/],
    ['a global store that is connected', (it) => it.connectStore('p0', 'g'), /"g" is a global store at processor "p0"/],
  ])('refuses %s', (_what, add, message) => {
    const assembly = new Assembly();
    assembly.addSource(source('in', ['in']));
    assembly.addProcessor(processor('p0', 'in'));
    assembly.addStore(store('s'), ['p0']);
    assembly.addSink(sink('out', 'out', 'p0'));
    assembly.addGlobalStore({ declaration: store('g'), source: source('gs', ['g']), processor: processor('gp', 'gs'), reprocess: true });
    expect(() => add(assembly)).toThrow(message);
  });

  it('takes nothing more once it is sealed', () => {
    const assembly = new Assembly();
    assembly.seal();
    expect(() => assembly.addSource(source('in', ['in']))).toThrow(/can not change any more/);
  });
});
