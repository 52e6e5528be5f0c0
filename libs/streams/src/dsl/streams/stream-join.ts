import { TopologyError } from '@ouzel/core';
import type { Joiner } from '../../operators/callbacks.js';
import { PassThrough } from '../../operators/pass-through.js';
import { JoinWindowStore } from '../../operators/stream-join/join-window-store.js';
import { StreamStreamJoin } from '../../operators/stream-join/stream-stream-join.js';
import { StreamStreamSelfJoin } from '../../operators/stream-join/stream-stream-self-join.js';
import { unmatchedRecords } from '../../operators/stream-join/unmatched-records.js';
import type { StoreSupplier, TopicConfig } from '../../state/store.js';
import { SuppliedStore } from '../../state/store-suppliers.js';
import { resolveSerde, type SerdeRef, type StoreDeclaration } from '../../topology/declarations.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { StreamJoinNode, type JoinSide } from '../../topology/graph/stream-join-node.js';
import { JoinWindow } from '../../windows/index.js';
import type { StreamJoined } from '../options/index.js';
import { callback, nameIn, withSerdes } from '../arguments/checked.js';
import { copartitioned } from './copartition.js';
import { repartitionForJoin } from './repartition.js';
import { declareStore } from '../stores/declared-stores.js';
import type { StreamHandle } from './stream-handle.js';

type Kind = 'inner' | 'left' | 'outer';
type Options = StreamJoined<any, any, any>;

/** Two streams by key and time: a window node and a join node per side, and one that merges (KStreamImplJoin). */
export function joinStreams(
  kind: Kind,
  leftStream: StreamHandle,
  rightStream: StreamHandle,
  joiner: Joiner<any, any, any, any>,
  options: Options,
): StreamHandle {
  const operator = kind === 'inner' ? 'join' : `${kind}Join`;
  callback(joiner, `the joiner of ${operator}`);
  if (!(options?.window instanceof JoinWindow))
    throw new TopologyError('OUZEL_TOPOLOGY', {
      what: `${operator} with a stream needs a window`,
      help: "Say how far records may lie apart: { window: within('5m') }.",
    });
  withSerdes(options, operator);
  const name = nameIn(options, operator);
  const left = leftStream.needsRepartition
    ? repartitionForJoin(leftStream, suffixed(name, '-left'), options.key, options.left)
    : leftStream;
  const right = rightStream.needsRepartition
    ? repartitionForJoin(rightStream, suffixed(name, '-right'), options.key, options.right)
    : rightStream;
  return new StreamJoin(kind, left, right, joiner, options).add(name);
}

function suffixed(name: string | undefined, suffix: string): string | undefined {
  return name === undefined ? undefined : name + suffix;
}

class StreamJoin {
  private readonly suffixes: { readonly left: string; readonly right: string; readonly shared: string };

  constructor(
    private readonly kind: Kind,
    private readonly left: StreamHandle,
    private readonly right: StreamHandle,
    private readonly joiner: Joiner<any, any, any, any>,
    private readonly options: Options,
  ) {
    this.suffixes = {
      left: kind === 'outer' ? '-outer-this-join' : '-this-join',
      right: kind === 'inner' ? '-other-join' : '-outer-other-join',
      shared: kind === 'outer' ? '-outer-shared-join' : '-left-shared-join',
    };
  }

  add(given: string | undefined): StreamHandle {
    const { kind, left, right, options, suffixes } = this;
    const { graph } = left;
    const { names } = graph;
    const sources = copartitioned(left, right);
    const windows = [
      names.suffixedOrGenerated(given, '-this-windowed', 'KSTREAM-WINDOWED-'),
      names.suffixedOrGenerated(given, '-other-windowed', 'KSTREAM-WINDOWED-'),
    ] as const;
    const generated = {
      left: names.processor(kind === 'outer' ? 'KSTREAM-OUTERTHIS-' : 'KSTREAM-JOINTHIS-'),
      right: names.processor(kind === 'inner' ? 'KSTREAM-JOINOTHER-' : 'KSTREAM-OUTEROTHER-'),
    };
    const merge = names.suffixedOrGenerated(given, '-merge', 'KSTREAM-MERGE-');
    const stores = {
      left: this.windowStore(options.leftStore, generated.left, suffixes.left, options.left ?? left.value),
      right: this.windowStore(options.rightStore, generated.right, suffixes.right, options.right ?? right.value),
      shared: kind === 'inner' ? undefined : this.sharedStore(generated.left),
    };
    if (stores.left.name === stores.right.name)
      throw new TopologyError('OUZEL_NAMING', { what: `both sides have the store "${stores.left.name}"`, where: `join "${merge}"` });
    this.addWindow(left, windows[0], stores.left.name);
    this.addWindow(right, windows[1], stores.right.name);
    const node = graph.add(
      [left.node, right.node],
      new StreamJoinNode(
        merge,
        {
          left: this.side('left', windows[0], stores, suffixed(given, suffixes.left) ?? generated.left),
          right: this.side('right', windows[1], stores, suffixed(given, suffixes.right) ?? generated.right),
          shared: stores.shared,
          createMerge: () => new PassThrough(),
          self:
            kind === 'inner'
              ? () => new StreamStreamSelfJoin({ store: stores.left.name, window: options.window, joiner: this.joiner })
              : undefined,
        },
        { takesNullKeys: kind !== 'inner' },
      ),
    );
    return { graph, node, key: options.key ?? left.key, value: undefined, sources, needsRepartition: false };
  }

  private addWindow({ graph, node }: StreamHandle, name: string, store: string): void {
    graph.add(node, new ProcessorGraphNode(name, { create: () => new JoinWindowStore({ store }) }));
  }

  private side(
    side: 'left' | 'right',
    window: string,
    stores: { readonly left: StoreDeclaration; readonly right: StoreDeclaration; readonly shared: StoreDeclaration | undefined },
    join: string,
  ): JoinSide {
    const { kind, joiner, options } = this;
    const otherStore = side === 'left' ? stores.right.name : stores.left.name;
    const reversed: Joiner<any, any, any, any> = (right, left, key) => joiner(left, right, key);
    return {
      window,
      store: side === 'left' ? stores.left : stores.right,
      join,
      create: ({ outerJoinEmitIntervalMs }) =>
        new StreamStreamJoin({
          side,
          kind,
          window: options.window,
          otherStore,
          outerStore: stores.shared?.name,
          joiner: side === 'left' ? joiner : reversed,
          emitIntervalMs: outerJoinEmitIntervalMs,
          tracker: stores.left.name,
        }),
    };
  }

  /** Keeps duplicates, so its changelog can not be compacted; one from a supplier is taken as it is. */
  private windowStore(supplier: StoreSupplier | undefined, generated: string, suffix: string, value: SerdeRef): StoreDeclaration {
    const { window, store, logging = true, type } = this.options;
    const key = this.options.key ?? this.left.key;
    const sizeMs = window.beforeMs + window.afterMs;
    const retentionMs = sizeMs + window.graceMs;
    const shape = { kind: 'window', retentionMs, sizeMs, retainDuplicates: true } as const;
    if (supplier !== undefined) this.checkSupplier(supplier, retentionMs, sizeMs);
    const name = supplier?.name ?? `${store === undefined ? generated : store + suffix}-store`;
    const config =
      logging === false
        ? false
        : supplier === undefined
          ? { ...(logging === true ? {} : logging), 'cleanup.policy': 'delete' }
          : { 'cleanup.policy': 'compact,delete', ...(logging === true ? {} : logging) };
    return declareStore({
      name,
      shape,
      form: 'plain',
      key,
      value,
      options: { store: supplier ?? name, logging: config, ...(type && { type }) },
      caching: false,
    });
  }

  private sharedStore(generated: string): StoreDeclaration {
    const { leftStore, store, logging = true, type, key } = this.options;
    const { shared } = this.suffixes;
    const base =
      leftStore !== undefined
        ? leftStore.name + shared
        : store !== undefined
          ? store + shared
          : `KSTREAM-OUTERSHARED-${generated.slice(-10)}`;
    const persistent = leftStore instanceof SuppliedStore ? leftStore.persistent : type !== 'in-memory';
    return this.unmatched(`${base}-store`, persistent, logging === true ? {} : logging, key ?? this.left.key);
  }

  /** Holds values of both sides, so it needs the serdes of both. */
  private unmatched(name: string, persistent: boolean, logging: TopicConfig | false, key: SerdeRef): StoreDeclaration {
    const left = this.options.left ?? this.left.value;
    const right = this.options.right ?? this.right.value;
    return {
      name,
      identity: this,
      needs: [
        { of: 'key', serde: key },
        { of: 'value', serde: left },
        { of: 'value', serde: right },
      ],
      spec: (defaults) =>
        unmatchedRecords({
          name,
          key: resolveSerde(key, defaults.key)!,
          logging,
          persistent,
          sides: { left: resolveSerde(left, defaults.value)!, right: resolveSerde(right, defaults.value)! },
        }),
    };
  }

  private checkSupplier(supplier: StoreSupplier, retentionMs: number, sizeMs: number): void {
    const shape = supplier instanceof SuppliedStore ? supplier.shape : undefined;
    const fits = shape?.kind === 'window' && shape.retainDuplicates && shape.retentionMs === retentionMs && shape.sizeMs === sizeMs;
    if (fits) return;
    throw new TopologyError('OUZEL_TOPOLOGY', {
      what: 'the store does not fit the window of the join',
      where: `state store "${supplier.name}"`,
      help: `Make it a window store with { retention: ${retentionMs}, size: ${sizeMs}, retainDuplicates: true }.`,
    });
  }
}
