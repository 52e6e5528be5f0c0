import { TopologyError } from '@ouzel/core';
import { Branch } from '../../operators/branch.js';
import type { Predicate } from '../../operators/callbacks.js';
import { PassThrough } from '../../operators/pass-through.js';
import { hashOrder } from '../../topology/description/hash-order.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { BranchedKStream } from '../branched-kstream.js';
import type { KStream } from '../kstream.js';
import type { Named } from '../options/index.js';
import { callback, nameIn } from '../arguments/checked.js';
import type { StreamHandle } from './stream-handle.js';

type BranchOptions<K, V> = Named & { to?: (branch: KStream<K, V>) => KStream<any, any> | void };

/** One splitter with one named child per branch (BranchedKStreamImpl). The result has the order of Java's map, on which generated names may depend. */
export class BranchedFace<K, V> extends BranchedKStream<K, V> {
  private readonly branches = new Map<string, KStream<any, any>>();
  private isComplete = false;

  private constructor(
    private readonly stream: StreamHandle,
    private readonly splitter: ProcessorGraphNode,
    private readonly predicates: Predicate<K, V>[],
    private readonly face: (handle: StreamHandle) => KStream<K, V>,
  ) {
    super();
  }

  static of<K, V>(stream: StreamHandle, options: Named | undefined, face: (handle: StreamHandle) => KStream<K, V>): BranchedFace<K, V> {
    const predicates: Predicate<K, V>[] = [];
    const name = stream.graph.names.orGenerated(nameIn(options, 'split'), 'KSTREAM-BRANCH-');
    const splitter = stream.graph.add(stream.node, new ProcessorGraphNode(name, { create: () => new Branch(predicates) }));
    return new BranchedFace(stream, splitter, predicates, face);
  }

  override branch(predicate: Predicate<K, V>, options?: BranchOptions<K, V>): this {
    this.add(callback(predicate, 'the predicate of branch'), this.predicates.length + 1, options);
    return this;
  }

  override defaultBranch(options?: BranchOptions<K, V>): Record<string, KStream<any, any>> {
    this.add(() => true, 0, options);
    return this.noDefaultBranch();
  }

  override noDefaultBranch(): Record<string, KStream<any, any>> {
    this.isComplete = true;
    return Object.fromEntries(hashOrder(this.branches.keys()).map((name) => [name, this.branches.get(name)!]));
  }

  private add(predicate: Predicate<K, V>, number: number, options: BranchOptions<K, V> = {}): void {
    if (this.isComplete)
      throw new TopologyError('OUZEL_TOPOLOGY', {
        what: 'the split is complete',
        where: `split "${this.splitter.name}"`,
        help: 'Add branches before the default.',
      });
    const { graph } = this.stream;
    const name = this.splitter.name + (nameIn(options, 'branch') ?? number);
    this.predicates.push(predicate);
    graph.names.burn();
    const node = graph.add(this.splitter, new ProcessorGraphNode(name, { create: () => new PassThrough() }));
    const branch = this.face({ ...this.stream, node });
    const answer = options.to === undefined ? branch : callback(options.to, 'to of branch')(branch);
    if (answer !== undefined) this.branches.set(name, answer);
  }
}
