import { asError } from '@ouzel/core';
import { Sink, sinkOptions } from '../../operators/sink.js';
import { Source, SourceWithoutTombstones } from '../../operators/source.js';
import type { NodeContext, ProcessorNode } from '../../processor/node.js';
import { ProcessorNode as Node } from '../../processor/node.js';
import type { Serde } from '../../serdes/serde.js';
import type { TimestampExtractor } from '../../processor/timestamps.js';
import type { NodeSpec, SourceSpec } from '../../topology/plan.js';
import type { RecordDecoding } from './record-queue.js';

type AnyNode = ProcessorNode<any, any, any, any>;

/** What sources and sinks use where the topology says nothing. That nothing is missing was checked with the plan. */
export interface SerdeDefaults {
  readonly key: Serde<any> | undefined;
  readonly value: Serde<any> | undefined;
  readonly timestamp: TimestampExtractor<any, any> | undefined;
}

/** The nodes of one task, wired. */
export class NodeGraph {
  /** Those that wait for event time. */
  readonly timed: readonly AnyNode[];
  private readonly draining: readonly AnyNode[];

  private constructor(
    readonly nodes: readonly AnyNode[],
    private readonly sources: readonly { readonly spec: SourceSpec; readonly decoding: RecordDecoding }[],
  ) {
    this.timed = nodes.filter((node) => node.advanceTime !== Node.prototype.advanceTime);
    this.draining = nodes.filter((node) => node.drain !== Node.prototype.drain);
  }

  /** Asynchronous because user code may make its processors so. */
  static async create(specs: readonly NodeSpec[], defaults: SerdeDefaults): Promise<NodeGraph> {
    const byName = new Map<string, AnyNode>();
    const sources = [];
    for (const spec of specs) {
      const node = await createNode(spec, defaults);
      node.name = spec.name;
      byName.set(spec.name, node);
      if (spec.kind === 'source') sources.push({ spec, decoding: decodingOf(spec, node, defaults) });
      else for (const parent of spec.parents) byName.get(parent)!.children.push(node);
      if (spec.kind === 'processor') node.stores = spec.stores;
    }
    return new NodeGraph([...byName.values()], sources);
  }

  /** How the records of a topic are read, or undefined where no source reads it. */
  decoding(topic: string): RecordDecoding | undefined {
    return this.sources.find(({ spec: { topics } }) => (topics instanceof RegExp ? matches(topics, topic) : topics.includes(topic)))
      ?.decoding;
  }

  async init(context: NodeContext): Promise<void> {
    for (const node of this.nodes) await node.init(context);
  }

  /** Finishes what nodes have begun, parents first. Returns a promise only where something was unfinished. */
  drain(): void | Promise<void> {
    return this.drainFrom(0);
  }

  /** Closes all, also where one fails; throws what failed. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const node of this.nodes) {
      try {
        await node.close();
      } catch (thrown) {
        failures.push(thrown);
      }
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, failures.map((failure) => asError(failure).message).join('; '));
  }

  private drainFrom(from: number): void | Promise<void> {
    for (let i = from; i < this.draining.length; i++) {
      const pending = this.draining[i]!.drain();
      if (pending !== undefined) return pending.then(() => this.drainFrom(i + 1));
    }
  }
}

/** A pattern must match the whole name. */
export function matches(pattern: RegExp, topic: string): boolean {
  const found = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).exec(topic);
  return found !== null && found[0].length === topic.length;
}

function createNode(spec: NodeSpec, defaults: SerdeDefaults): AnyNode | Promise<AnyNode> {
  switch (spec.kind) {
    case 'source':
      return spec.tombstones === 'drop' ? new SourceWithoutTombstones() : new Source();
    case 'processor':
      return spec.create();
    case 'sink':
      return new Sink(sinkOptions(spec, defaults));
  }
}

function decodingOf(spec: SourceSpec, source: AnyNode, defaults: SerdeDefaults): RecordDecoding {
  return {
    source,
    key: (spec.key ?? defaults.key)!,
    value: (spec.value ?? defaults.value)!,
    timestamp: spec.timestamp ?? defaults.timestamp,
  };
}
