import { TopologyError } from '@ouzel/core';
import type { NodeDeclaration, ProcessorDeclaration, SinkDeclaration, SourceDeclaration, StoreDeclaration } from './declarations.js';
import { legalName } from './legal-name.js';
import { legalPattern } from './legal-pattern.js';
import { NodeGroups } from './node-groups.js';

/** A store of tasks, with the processors that use it. */
export interface AssembledStore {
  readonly declaration: StoreDeclaration;
  readonly users: Set<string>;
}

/** A store that every instance holds whole, with the processor that fills it. */
export interface GlobalStore {
  readonly declaration: StoreDeclaration;
  readonly source: SourceDeclaration;
  readonly processor: ProcessorDeclaration;
  /** Whether its records go through the processor in a restore too. */
  readonly reprocess: boolean;
}

/**
 * Nodes, stores and topics of a topology as they are put together, in order (InternalTopologyBuilder). Each step is
 * checked as Kafka Streams checks it: a fault throws OUZEL_TOPOLOGY or OUZEL_NAMING at once, with the name of the node.
 */
export class Assembly {
  readonly nodes = new Map<string, NodeDeclaration>();
  readonly stores = new Map<string, AssembledStore>();
  readonly globals = new Map<string, GlobalStore>();
  /** Topics that Ouzel creates, without the application id, and the partition count asked for. */
  readonly repartitionTopics = new Map<string, number | undefined>();
  /** Stores that have a source topic for a changelog. */
  readonly changelogSources = new Map<string, string>();
  /** Sets of source nodes whose topics must have the same partition count. */
  readonly copartitioned: ReadonlySet<string>[] = [];
  private readonly groups = new NodeGroups();
  private readonly sourcesByTopic = new Map<string, string>();
  private readonly storesByProcessor = new Map<string, Set<string>>();
  private sealed = false;

  addSource(source: SourceDeclaration): void {
    this.claim(source.name);
    this.subscribe(source);
    this.nodes.set(source.name, source);
    this.groups.add(source.name);
  }

  addProcessor(processor: ProcessorDeclaration): void {
    this.claim(processor.name);
    this.checkParents(processor.name, processor.parents);
    this.nodes.set(processor.name, processor);
    this.connect(processor.name, processor.parents);
  }

  addSink(sink: SinkDeclaration): void {
    this.claim(sink.name);
    this.checkParents(sink.name, sink.parents);
    if (typeof sink.topic === 'string') legalName(sink.topic, `topic of sink "${sink.name}"`);
    this.nodes.set(sink.name, sink);
    this.connect(sink.name, sink.parents);
  }

  /** The same declaration may be added again; another one of its name may not. */
  addStore(declaration: StoreDeclaration, users: readonly string[]): void {
    this.checkOpen();
    legalName(declaration.name, 'state store');
    const former = this.stores.get(declaration.name)?.declaration ?? this.globals.get(declaration.name)?.declaration;
    if (former !== undefined && former.identity !== declaration.identity) throw nameTaken('state store', declaration.name);
    if (this.globals.has(declaration.name)) throw nameTaken('state store', declaration.name);
    if (former === undefined) this.stores.set(declaration.name, { declaration, users: new Set() });
    for (const user of users) this.connectStore(user, declaration.name);
  }

  connectStore(processor: string, store: string): void {
    this.checkOpen();
    const where = `processor "${processor}"`;
    if (this.globals.has(store)) {
      throw new TopologyError('OUZEL_TOPOLOGY', {
        what: `"${store}" is a global store`,
        where,
        help: 'Any processor may use it without being connected: leave it out.',
      });
    }
    const found = this.stores.get(store);
    if (found === undefined)
      throw new TopologyError('OUZEL_TOPOLOGY', {
        what: `there is no state store "${store}"`,
        where,
        help: 'Add it first with addStateStore.',
      });
    if (this.nodes.get(processor)?.kind !== 'processor')
      throw new TopologyError('OUZEL_TOPOLOGY', { what: `there is no processor "${processor}"`, where: `state store "${store}"` });
    const [user] = found.users;
    if (user !== undefined) this.groups.unite(user, [processor]);
    found.users.add(processor);
    const used = this.storesByProcessor.get(processor);
    if (used === undefined) this.storesByProcessor.set(processor, new Set([store]));
    else used.add(store);
  }

  addGlobalStore(store: GlobalStore): void {
    const { declaration, source, processor } = store;
    legalName(declaration.name, 'state store');
    if (this.globals.has(declaration.name) || this.stores.has(declaration.name)) throw nameTaken('state store', declaration.name);
    if (processor.name === source.name) throw nameTaken('node', source.name);
    this.claim(processor.name);
    this.addSource(source);
    this.nodes.set(processor.name, processor);
    this.connect(processor.name, [source.name]);
    this.globals.set(declaration.name, store);
  }

  /** A topic between two sub-topologies. One topic for several writers is fine, with one partition count. */
  addRepartitionTopic(topic: string, partitions: number | undefined): void {
    this.checkOpen();
    this.repartitionTopics.set(legalName(topic, 'repartition topic'), partitions);
  }

  /** The source topic is the store's changelog: no other is made. */
  useSourceAsChangelog(store: string, topic: string): void {
    const former = this.changelogSources.get(store);
    if (former !== undefined && former !== topic) {
      throw new TopologyError('OUZEL_TOPOLOGY', {
        what: `the store has the changelog "${former}" already`,
        where: `state store "${store}"`,
      });
    }
    this.changelogSources.set(store, topic);
  }

  copartition(sources: ReadonlySet<string>): void {
    this.copartitioned.push(sources);
  }

  /** From now on nothing may be added: a client works with it. */
  seal(): void {
    this.sealed = true;
  }

  /** Names of nodes by sub-topology, numbered as Kafka Streams numbers them; global stores take a number too. */
  nodeGroups(): string[][] {
    return this.groups.numbered(this.nodes.keys());
  }

  /** Names of the stores that a processor uses, in the order in which they were connected to it. */
  storesOf(processor: string): string[] {
    return [...(this.storesByProcessor.get(processor) ?? [])];
  }

  private claim(name: string): void {
    this.checkOpen();
    if (typeof name !== 'string' || name === '') throw new TopologyError('OUZEL_NAMING', { what: 'a node has no name' });
    if (this.nodes.has(name)) throw nameTaken('node', name);
  }

  private checkOpen(): void {
    if (this.sealed) throw new TopologyError('OUZEL_TOPOLOGY', { what: 'the topology was given to a client and can not change any more' });
  }

  private checkParents(name: string, parents: readonly string[]): void {
    const where = `node "${name}"`;
    if (!(parents instanceof Array) || parents.length === 0)
      throw new TopologyError('OUZEL_TOPOLOGY', { what: 'it has no parent', where, help: 'Name the nodes that feed it.' });
    for (const parent of parents) {
      if (parent === name) throw new TopologyError('OUZEL_TOPOLOGY', { what: 'it is its own parent', where });
      const found = this.nodes.get(parent);
      if (found === undefined)
        throw new TopologyError('OUZEL_TOPOLOGY', {
          what: `there is no node "${parent}" yet`,
          where,
          help: 'Add parents before their children.',
        });
      if (found.kind === 'sink') throw new TopologyError('OUZEL_TOPOLOGY', { what: `its parent "${parent}" is a sink`, where });
    }
  }

  private connect(name: string, parents: readonly string[]): void {
    this.groups.add(name);
    this.groups.unite(name, parents);
  }

  private subscribe({ name, topics }: SourceDeclaration): void {
    const where = `source "${name}"`;
    if (topics instanceof RegExp) {
      legalPattern(topics, where);
      const read = [...this.sourcesByTopic].find(([topic]) => matchesWhole(topics, topic));
      if (read !== undefined) throw topicTaken(read[0], read[1], name);
      return;
    }
    if (topics.length === 0) throw new TopologyError('OUZEL_TOPOLOGY', { what: 'it has no topic', where });
    for (const topic of topics) {
      legalName(topic, `topic of ${where}`);
      const other = this.sourcesByTopic.get(topic) ?? this.patternSource(topic);
      if (other !== undefined) throw topicTaken(topic, other, name);
      this.sourcesByTopic.set(topic, name);
    }
  }

  private patternSource(topic: string): string | undefined {
    for (const node of this.nodes.values())
      if (node.kind === 'source' && node.topics instanceof RegExp && matchesWhole(node.topics, topic)) return node.name;
    return undefined;
  }
}

function matchesWhole(pattern: RegExp, topic: string): boolean {
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, '')).test(topic);
}

function nameTaken(kind: string, name: string): TopologyError {
  return new TopologyError('OUZEL_NAMING', {
    what: `there is a ${kind} "${name}" already`,
    help: 'Give each its own name.',
    nodes: [name],
  });
}

function topicTaken(topic: string, other: string, source: string): TopologyError {
  return new TopologyError('OUZEL_TOPOLOGY', {
    what: `topic "${topic}" is read by source "${other}" already`,
    where: `source "${source}"`,
    nodes: [source, other],
    help: 'Read it once and use the stream or table twice.',
  });
}
