import { TopologyError } from '@ouzel/core';
import type { AnyJoiner, Joiner } from '../../operators/callbacks.js';
import { PassThrough } from '../../operators/pass-through.js';
import { JoinWindowStore } from '../../operators/stream-join/join-window-store.js';
import { StreamStreamJoin } from '../../operators/stream-join/stream-stream-join.js';
import { StreamStreamSelfJoin } from '../../operators/stream-join/stream-stream-self-join.js';
import { leftOrRight } from '../../serdes/left-or-right.js';
import { storeSpec } from '../../state/kind/store-spec.js';
import { suppliedStore } from '../../state/kind/store-supplier.js';
import type { StoreSupplier, TopicConfig } from '../../state/store.js';
import { unmatchedRecordsKind } from '../../state/unmatched-records/unmatched-records-kind.js';
import { windowKind } from '../../state/window/window-kind.js';
import type { WindowOptions } from '../../state/window/window-options.js';
import { resolveSerde, type SerdeRef, type StoreDeclaration } from '../../topology/declarations.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { StreamJoinNode, type JoinSide } from '../../topology/graph/stream-join-node.js';
import { JoinWindow } from '../../windows/index.js';
import { checkedJoiner, nameIn, withSerdes } from '../arguments/checked.js';
import type { StreamHandle } from '../handles.js';
import type { StreamJoined } from '../options/index.js';
import { declareStore } from '../stores/declared-stores.js';
import { copartitioned } from './copartition.js';
import { repartitionForJoin } from './repartition.js';

type Kind = 'inner' | 'left' | 'outer';

/**
 * Joins two streams by key and time. Adds a window node and a join node for each side, and a node that merges the
 * results (KStreamImplJoin).
 */
export function joinStreams(
  kind: Kind,
  leftStream: StreamHandle,
  rightStream: StreamHandle,
  joiner: Joiner<never, never, never, unknown>,
  options: StreamJoined<unknown, unknown, unknown>,
): StreamHandle {
  const operator = kind === 'inner' ? 'join' : `${kind}Join`;
  const join = checkedJoiner(joiner, operator);
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
  return new StreamJoin(kind, left, right, join, options).add(name);
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
    private readonly joiner: AnyJoiner,
    private readonly options: StreamJoined<unknown, unknown, unknown>,
  ) {
    this.suffixes = {
      left: kind === 'outer' ? '-outer-this-join' : '-this-join',
      right: kind === 'inner' ? '-other-join' : '-outer-other-join',
      shared: kind === 'outer' ? '-outer-shared-join' : '-left-shared-join',
    };
  }

  add(name: string | undefined): StreamHandle {
    const { kind, left, right, options, suffixes } = this;
    const { graph } = left;
    const { names } = graph;
    const sources = copartitioned(left, right);
    const windows = [
      names.suffixedOrGenerated(name, '-this-windowed', 'KSTREAM-WINDOWED-'),
      names.suffixedOrGenerated(name, '-other-windowed', 'KSTREAM-WINDOWED-'),
    ] as const;
    const generated = {
      left: names.processor(kind === 'outer' ? 'KSTREAM-OUTERTHIS-' : 'KSTREAM-JOINTHIS-'),
      right: names.processor(kind === 'inner' ? 'KSTREAM-JOINOTHER-' : 'KSTREAM-OUTEROTHER-'),
    };
    const merge = names.suffixedOrGenerated(name, '-merge', 'KSTREAM-MERGE-');
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
          left: this.side('left', windows[0], stores, suffixed(name, suffixes.left) ?? generated.left),
          right: this.side('right', windows[1], stores, suffixed(name, suffixes.right) ?? generated.right),
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
    const reversed: AnyJoiner = (right, left, key) => joiner(left, right, key);
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

  /**
   * Declares the store of one side. It keeps duplicates, so its changelog is not compacted. The changelog of a supplied
   * store has the policy of its kind, as in Kafka Streams.
   */
  private windowStore(supplier: StoreSupplier | undefined, generated: string, suffix: string, value: SerdeRef): StoreDeclaration {
    const { window, store, logging = true, type, key } = this.options;
    const sizeMs = window.beforeMs + window.afterMs;
    const retentionMs = sizeMs + window.graceMs;
    const options: WindowOptions = { values: 'plain', retentionMs, sizeMs, retainDuplicates: true };
    const own = logging === true ? {} : logging;
    const common = { options, key: key ?? this.left.key, value, caching: false };
    if (supplier === undefined) {
      return declareStore({
        ...common,
        name: `${store === undefined ? generated : store + suffix}-store`,
        kind: windowKind,
        persistent: type === undefined ? undefined : type === 'persistent',
        logging: own === false ? false : { ...own, 'cleanup.policy': 'delete' },
      });
    }
    checkSupplier(supplier, options);
    return declareStore({
      ...common,
      name: supplier.name,
      kind: windowKind,
      persistent: suppliedStore(supplier).persistent,
      logging: own === false ? false : { 'cleanup.policy': 'compact,delete', ...own },
    });
  }

  private sharedStore(generated: string): StoreDeclaration {
    const { leftStore, store, logging = true, type } = this.options;
    const { shared } = this.suffixes;
    const base =
      leftStore !== undefined
        ? leftStore.name + shared
        : store !== undefined
          ? store + shared
          : `KSTREAM-OUTERSHARED-${generated.slice(-10)}`;
    const persistent = leftStore === undefined ? type !== 'in-memory' : suppliedStore(leftStore).persistent;
    return this.unmatched(`${base}-store`, persistent, logging === true ? {} : logging);
  }

  /** Declares the store of unmatched records. It has values of both sides, and so needs the serdes of both. */
  private unmatched(name: string, persistent: boolean, logging: TopicConfig | false): StoreDeclaration {
    const key = this.options.key ?? this.left.key;
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
        storeSpec(unmatchedRecordsKind, {
          name,
          options: {},
          key: resolveSerde(key, defaults.key)!,
          value: leftOrRight({ left: resolveSerde(left, defaults.value)!, right: resolveSerde(right, defaults.value)! }),
          persistent,
          logging,
        }),
    };
  }
}

/** Throws OUZEL_TOPOLOGY for a supplier whose windows are not those of the join. */
function checkSupplier(supplier: StoreSupplier, { retentionMs, sizeMs }: WindowOptions): void {
  const { kind, options } = suppliedStore(supplier);
  const { retainDuplicates, ...supplied } = options as Partial<WindowOptions>;
  if (kind === windowKind && retainDuplicates === true && supplied.retentionMs === retentionMs && supplied.sizeMs === sizeMs) return;
  throw new TopologyError('OUZEL_TOPOLOGY', {
    what: 'the store does not fit the window of the join',
    where: `state store "${supplier.name}"`,
    help: `Make it a window store with { retention: ${retentionMs}, size: ${sizeMs}, retainDuplicates: true }.`,
  });
}
