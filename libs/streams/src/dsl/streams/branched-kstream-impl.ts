import { TopologyError } from '@ouzel/core';
import { Branch } from '../../operators/branch.js';
import type { Predicate } from '../../operators/callbacks.js';
import { PassThrough } from '../../operators/pass-through.js';
import { hashOrder } from '../../topology/description/hash-order.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { callback, nameIn } from '../arguments/checked.js';
import type { StreamHandle } from '../handles.js';
import type { BranchOptions, Named } from '../options/index.js';
import { BranchedKStream, type KStream } from '../streams-and-tables.js';

/**
 * One splitter with one named child per branch (BranchedKStreamImpl). The result is in the order of Java's map, on
 * which generated names may depend.
 */
export class BranchedKStreamImpl<K, V, B> extends BranchedKStream<K, V, B> {
  private readonly branches = new Map<string, B>();
  private isComplete = false;

  private constructor(
    private readonly stream: StreamHandle,
    private readonly splitter: ProcessorGraphNode,
    private readonly predicates: Predicate<K, V>[],
  ) {
    super();
  }

  static of<K, V>(stream: StreamHandle, options: Named | undefined): BranchedKStreamImpl<K, V, KStream<K, V>> {
    const predicates: Predicate<K, V>[] = [];
    const name = stream.graph.names.orGenerated(nameIn(options, 'split'), 'KSTREAM-BRANCH-');
    const splitter = stream.graph.add(stream.node, new ProcessorGraphNode(name, { create: () => new Branch(predicates) }));
    return new BranchedKStreamImpl<K, V, KStream<K, V>>(stream, splitter, predicates);
  }

  override branch(predicate: Predicate<K, V>, options?: BranchOptions<KStream<K, V>>): BranchedKStreamImpl<K, V, never> {
    this.add(callback(predicate, 'the predicate of branch'), this.predicates.length + 1, options);
    return this as BranchedKStreamImpl<K, V, unknown> as BranchedKStreamImpl<K, V, never>;
  }

  override defaultBranch(options?: BranchOptions<KStream<K, V>>): Record<string, B> {
    this.add(() => true, 0, options);
    return this.noDefaultBranch();
  }

  override noDefaultBranch(): Record<string, B> {
    this.isComplete = true;
    return Object.fromEntries(hashOrder(this.branches.keys()).map((name) => [name, this.branches.get(name)!]));
  }

  private add(predicate: Predicate<K, V>, number: number, options: BranchOptions<KStream<K, V>> = {}): void {
    if (this.isComplete)
      throw new TopologyError('OUZEL_TOPOLOGY', {
        what: 'the split is complete',
        where: `split "${this.splitter.name}"`,
        help: 'Add branches before the default.',
      });
    const { graph } = this.stream;
    const name = this.splitter.name + (nameIn(options, 'branch') ?? number);
    this.predicates.push(predicate);
    graph.names.skipNumber();
    const node = graph.add(this.splitter, new ProcessorGraphNode(name, { create: () => new PassThrough() }));
    const branch = graph.stream<K, V>({ ...this.stream, node });
    const result: unknown = options.to === undefined ? branch : callback(options.to, 'to of branch')(branch);
    if (result !== undefined) this.branches.set(name, result as B);
  }
}
