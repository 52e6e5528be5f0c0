import { asError, OuzelError, settledBefore } from '@ouzel/core';
import { Sink, sinkOptions } from '../../operators/sink.js';
import { Source, SourceWithoutTombstones } from '../../operators/source.js';
import type { NodeContext, ProcessorNode, UserWork } from '../../processor/node.js';
import { ProcessorNode as Node } from '../../processor/node.js';
import type { Serde } from '../../serdes/serde.js';
import type { TimestampExtractor } from '../../processor/timestamps.js';
import type { NodeSpec, SourceSpec } from '../../topology/plan.js';
import { isSourceOf } from '../topics/source-topics.js';
import type { RecordDecoding } from './record-queue.js';

type AnyNode = ProcessorNode;

/** The serdes and extractor of sources and sinks that name none. The plan was checked, so none is missing. */
export interface SerdeDefaults {
  readonly key: Serde<unknown> | undefined;
  readonly value: Serde<unknown> | undefined;
  readonly timestamp: TimestampExtractor | undefined;
}

/** The nodes of one task, wired. */
export class NodeGraph {
  /** The nodes that wait for stream time to advance. */
  readonly timed: readonly AnyNode[];
  private readonly draining: readonly AnyNode[];
  /** Nodes whose `init` was called: they are closed, whether it succeeded or not. */
  private readonly begun: AnyNode[] = [];

  private constructor(
    readonly nodes: readonly AnyNode[],
    private readonly sources: readonly { readonly spec: SourceSpec; readonly decoding: RecordDecoding }[],
  ) {
    this.timed = nodes.filter((node) => node.advanceTime !== Node.prototype.advanceTime);
    this.draining = nodes.filter((node) => node.drain !== Node.prototype.drain);
  }

  /**
   * Creates the nodes. It is asynchronous because the suppliers of user code may be. `asking` is called before the
   * supplier of each node.
   */
  static async create(specs: readonly NodeSpec[], defaults: SerdeDefaults, asking: (node: string) => void): Promise<NodeGraph> {
    const byName = new Map<string, AnyNode>();
    const sources = [];
    for (const spec of specs) {
      asking(spec.name);
      const node = await placed(spec.name, 'the supplier', () => createNode(spec, defaults));
      node.name = spec.name;
      byName.set(spec.name, node);
      if (spec.kind === 'source') sources.push({ spec, decoding: decodingOf(spec, node, defaults) });
      else for (const parent of spec.parents) byName.get(parent)!.children.push(node);
      if (spec.kind === 'processor') node.stores = spec.stores;
    }
    return new NodeGraph([...byName.values()], sources);
  }

  get sourceNodes(): readonly AnyNode[] {
    return this.sources.map(({ decoding }) => decoding.source);
  }

  /** Returns the decoding of the records of a topic, and undefined where no source reads it. */
  decoding(topic: string): RecordDecoding | undefined {
    return this.sources.find(({ spec }) => isSourceOf(spec, topic))?.decoding;
  }

  /** Initialises the nodes, parents first. */
  async init(context: NodeContext): Promise<void> {
    for (const node of this.nodes) {
      this.begun.push(node);
      await placed(node.name, 'init', () => node.init(context));
    }
  }

  /** Finishes what nodes have begun, parents first. Returns a promise only where something was unfinished. */
  drain(): void | Promise<void> {
    return this.drainFrom(0);
  }

  /**
   * Closes the nodes that were initialised, parents first. A node that fails does not keep the others from being
   * closed; the promise then rejects with its error. Waits for user code until `patience` is aborted. A node may
   * forward records when it is closed: `unfinished` says whether nodes below finish such records before they are
   * closed, or leave them.
   */
  async close(unfinished: 'finish' | 'leave', patience?: AbortSignal): Promise<void> {
    const failures: unknown[] = [];
    const settle = async (work: () => void | Promise<void>) => {
      try {
        const pending = work();
        if (pending !== undefined) await settledBefore(pending, patience);
      } catch (thrown) {
        failures.push(thrown);
      }
    };
    for (const node of this.begun.splice(0)) {
      if (unfinished === 'finish') await settle(() => node.drain());
      await settle(() => node.close());
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, failures.map((failure) => asError(failure).message).join('; '));
  }

  /**
   * Returns the deepest node whose user code was called before `limit` and is still at work. The nodes above it wait
   * for it.
   */
  nodeAtWork(limit: number): { readonly node: string; readonly work: UserWork } | undefined {
    for (let i = this.nodes.length - 1; i >= 0; i--) {
      const { name, userWork } = this.nodes[i]!;
      if (userWork !== undefined && userWork.since < limit) return { node: name, work: userWork };
    }
    return undefined;
  }

  private drainFrom(from: number): void | Promise<void> {
    for (let i = from; i < this.draining.length; i++) {
      const pending = this.draining[i]!.drain();
      if (pending !== undefined) return pending.then(() => this.drainFrom(i + 1));
    }
  }
}

/** Runs work of a node. Adds the place to an error that does not say where it happened. */
async function placed<T>(node: string, where: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const place = `${where} of ${node}`;
    if (!(thrown instanceof OuzelError))
      throw new OuzelError('OUZEL_PROCESSING', { what: asError(thrown).message, where: place, cause: thrown });
    if (thrown.where !== undefined || thrown.constructor !== OuzelError) throw thrown;
    const { code, what, help } = thrown;
    throw new OuzelError(code, { what, where: place, ...(help === undefined ? {} : { help }), cause: thrown });
  }
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

/** Returns how the records of a source are read. `source` is its node. */
export function decodingOf(spec: SourceSpec, source: AnyNode, defaults: SerdeDefaults): RecordDecoding {
  return {
    source,
    key: (spec.key ?? defaults.key)!,
    value: (spec.value ?? defaults.value)!,
    timestamp: spec.timestamp ?? defaults.timestamp,
  };
}
