import type { AnyJoiner, Joiner } from '../../operators/callbacks.js';
import { ForeignTableJoin } from '../../operators/foreign-key-join/foreign-table-join.js';
import { ResponseJoin } from '../../operators/foreign-key-join/response-join.js';
import { SubscriptionJoin } from '../../operators/foreign-key-join/subscription-join.js';
import { SubscriptionKeys } from '../../operators/foreign-key-join/subscription-keys.js';
import { SubscriptionReceive } from '../../operators/foreign-key-join/subscription-receive.js';
import { SubscriptionSend } from '../../operators/foreign-key-join/subscription-send.js';
import { storeView } from '../../operators/table-view.js';
import { serdes } from '../../serdes/serdes.js';
import { subscriptionResponse, type SubscriptionResponse } from '../../serdes/subscription-response.js';
import { subscription } from '../../serdes/subscription.js';
import { storeSpec } from '../../state/kind/store-spec.js';
import { subscriptionOptions, subscriptionStoreKind } from '../../state/subscription/subscription-store-kind.js';
import { derivedSerde, resolveSerde, type PlanDefaults, type StoreDeclaration } from '../../topology/declarations.js';
import { InternalTopicNode } from '../../topology/graph/internal-topic-node.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { demandLookups, demandOldValues } from '../../topology/graph/table-state.js';
import type { Serde } from '../../serdes/serde.js';
import type { StreamPartitioner } from '../../topology/plan.js';
import { callback, checkedJoiner, nameIn } from '../arguments/checked.js';
import type { DslGraph, TableHandle } from '../handles.js';
import type { ForeignKeyJoined } from '../options/index.js';
import { materializedStore } from '../stores/materialized.js';
import { copartitioned } from '../streams/copartition.js';
import { sourceTable, tableSource } from '../streams/stream-to-table.js';
import { isReadBefore } from './older-readers.js';

/**
 * The names of all that a foreign-key join adds, in the order in which they take their numbers
 * (KTableImpl.doJoinOnForeignKey).
 */
function joinNames({ names }: DslGraph, chosenName: string | undefined) {
  const name = (suffix: string, prefix: string) => names.suffixedOrGenerated(chosenName, suffix, `KTABLE-${prefix}`);
  return {
    subscriptionTopic: `${name('-subscription-registration', 'FK-JOIN-SUBSCRIPTION-REGISTRATION-')}-topic`,
    send: name('-subscription-registration-processor', 'FK-JOIN-SUBSCRIPTION-REGISTRATION-'),
    subscriptionSink: name('-subscription-registration-sink', 'SINK-'),
    subscriptionSource: name('-subscription-registration-source', 'SOURCE-'),
    store: name('-subscription-store', 'FK-JOIN-SUBSCRIPTION-STATE-STORE-'),
    receive: name('-subscription-receive', 'FK-JOIN-SUBSCRIPTION-PROCESSOR-'),
    subscriptionJoin: name('-subscription-join-foreign', 'FK-JOIN-SUBSCRIPTION-PROCESSOR-'),
    foreignJoin: name('-foreign-join-subscription', 'FK-JOIN-SUBSCRIPTION-PROCESSOR-'),
    responseTopic: `${name('-subscription-response', 'FK-JOIN-SUBSCRIPTION-RESPONSE-')}-topic`,
    responseSink: name('-subscription-response-sink', 'SINK-'),
    responseSource: name('-subscription-response-source', 'SOURCE-'),
    resolver: name('-subscription-response-resolver', 'FK-JOIN-SUBSCRIPTION-RESPONSE-RESOLVER-PROCESSOR-'),
    result: name('-result', 'FK-JOIN-OUTPUT-'),
  };
}

/**
 * Joins tables by a key that is part of the left table's rows (KIP-213). The task of a left row sends a subscription,
 * through an internal topic, to the task that has the right row. That task keeps the subscription, and sends a response
 * through another internal topic: now, and whenever the right row changes.
 */
export function joinByForeignKey<K, V, FK, Out>(
  kind: 'inner' | 'left',
  left: TableHandle,
  right: TableHandle,
  joiner: Joiner<never, never, never, unknown>,
  options: ForeignKeyJoined<K, V, FK, Out>,
): TableHandle {
  const operator = kind === 'inner' ? 'join' : 'leftJoin';
  const join = checkedJoiner(joiner, operator);
  callback(options.foreignKey, `foreignKey of ${operator}`);
  return new ForeignKeyJoin(kind, left, right, join, options).add();
}

class ForeignKeyJoin<K, V, FK, Out> {
  private readonly graph: DslGraph;
  private readonly names: ReturnType<typeof joinNames>;

  constructor(
    private readonly kind: 'inner' | 'left',
    private readonly left: TableHandle,
    private readonly right: TableHandle,
    private readonly joiner: AnyJoiner,
    private readonly options: ForeignKeyJoined<K, V, FK, Out>,
  ) {
    this.graph = left.graph;
    demandOldValues(right.table, 'forces');
    demandOldValues(left.table, 'forces');
    this.names = joinNames(this.graph, nameIn(options, 'join'));
  }

  add(): TableHandle {
    const send = this.addSend();
    const subscriptions = this.addSubscriptionTopic(send);
    const responders = this.addForeignSide(subscriptions);
    const responses = this.addResponseTopic(responders);
    copartitioned(this.right, { graph: this.graph, sources: new Set([subscriptions.name]) });
    const sources = copartitioned(this.left, { graph: this.graph, sources: new Set([responses.name]) });
    return this.addResult(responses, sources);
  }

  private addSend(): ProcessorGraphNode {
    const { graph, kind, left, right, options, names } = this;
    const node = new ProcessorGraphNode(names.send, {
      needs: [
        { of: 'key', serde: right.key },
        { of: 'value', serde: left.value },
      ],
      create: (defaults) =>
        new SubscriptionSend({
          join: names.send,
          foreignKey: options.foreignKey,
          kind,
          keySerde: resolveSerde(left.key, defaults.key) as Serde<K>,
          foreignKeySerde: resolveSerde(right.key, defaults.key)!,
          foreignKeyTopic: `${defaults.applicationId}-${names.subscriptionTopic}-fk`,
          valueSerde: resolveSerde(left.value, defaults.value) as Serde<V>,
          valueTopic: `${defaults.applicationId}-${names.subscriptionTopic}-vh`,
          respondTo: isReadBefore('3.4', defaults) ? 'key' : 'partition',
        }),
    });
    return graph.add(left.node, node);
  }

  private addSubscriptionTopic(send: ProcessorGraphNode): InternalTopicNode {
    const { names, left, right, options } = this;
    const { otherPartitioner } = options;
    const partitioner: StreamPartitioner<FK, unknown> | undefined =
      otherPartitioner && ((_value, key, topic, count) => otherPartitioner(null, key, topic, count));
    const parts = {
      topic: names.subscriptionTopic,
      sink: names.subscriptionSink,
      source: names.subscriptionSource,
      key: right.key,
      value: derivedSerde(left.key, subscription),
      partitioner: partitioner as StreamPartitioner | undefined,
    };
    return this.graph.add(send, new InternalTopicNode(parts));
  }

  /** Adds the side of the right table: it keeps subscriptions, and responds to new ones and to changes of rows. */
  private addForeignSide(subscriptions: InternalTopicNode): readonly ProcessorGraphNode[] {
    const { graph, right, names } = this;
    demandLookups(right.table);
    const store = this.subscriptionStore();
    const receive = graph.add(
      subscriptions,
      new ProcessorGraphNode(names.receive, {
        create: (defaults) => new SubscriptionReceive(this.subscriptions(defaults)),
        stores: () => [store],
      }),
    );
    const respond = graph.add(
      receive,
      new ProcessorGraphNode(names.subscriptionJoin, {
        create: () => new SubscriptionJoin({ right: right.view() }),
        uses: () => right.view().stores,
      }),
    );
    const change = graph.add(
      right.node,
      new ProcessorGraphNode(names.foreignJoin, {
        create: (defaults) => new ForeignTableJoin(this.subscriptions(defaults)),
        stores: () => [store],
      }),
    );
    return [respond, change];
  }

  /** The store works on bytes; the nodes encode them, so the serdes of both keys are needed. */
  private subscriptionStore(): StoreDeclaration {
    const { left, right, names } = this;
    const spec = storeSpec(subscriptionStoreKind, {
      name: names.store,
      options: subscriptionOptions,
      key: serdes.buffer,
      value: serdes.buffer,
    });
    return {
      name: names.store,
      identity: this,
      needs: [
        { of: 'key', serde: right.key },
        { of: 'value', serde: left.key },
      ],
      spec: () => spec,
    };
  }

  /** How the nodes of the right side read and write subscriptions. */
  private subscriptions({ applicationId, key }: PlanDefaults) {
    const { names, left, right } = this;
    const topic = `${applicationId}-${names.subscriptionTopic}`;
    const primaryKey = resolveSerde(left.key, key)!;
    const keys = new SubscriptionKeys({ foreignKey: resolveSerde(right.key, key)!, primaryKey, topic });
    return { store: names.store, keys, subscription: subscription(primaryKey), topic };
  }

  /**
   * Responses go to the partition that the subscription came from, unless the user says where the left table's keys
   * are.
   */
  private addResponseTopic(responders: readonly ProcessorGraphNode[]): InternalTopicNode {
    const { names, left, right, options } = this;
    const { partitioner: ownPartitioner } = options;
    const partitioner: StreamPartitioner<K, SubscriptionResponse<unknown>> = ownPartitioner === undefined
      ? (response) => response.primaryPartition ?? undefined
      : (_response, key, topic, count) => ownPartitioner(null, key, topic, count);
    const parts = {
      topic: names.responseTopic,
      sink: names.responseSink,
      source: names.responseSource,
      key: left.key,
      value: derivedSerde(right.value, subscriptionResponse),
      partitioner: partitioner as StreamPartitioner,
    };
    return this.graph.add(responders, new InternalTopicNode(parts));
  }

  private addResult(responses: InternalTopicNode, sources: ReadonlySet<string>): TableHandle {
    const { graph, left, options, names } = this;
    demandLookups(left.table);
    const resolver = this.addResolver(responses);
    const store = materializedStore(graph.names, options.materialized, {
      operator: 'join',
      prefix: 'KTABLE-FK-JOIN-OUTPUT-',
      key: left.key,
      value: undefined,
    });
    const table = sourceTable(store.declare(), store.isNamed, store.historyMs);
    const node = graph.add(
      resolver,
      new ProcessorGraphNode(names.result, {
        create: () => tableSource(table),
        stores: () => (table.isMaterialized ? [table.store!] : []),
      }),
    );
    const queryableStoreName = store.isNamed ? store.name : null;
    return { graph, node, key: store.key, value: store.value, sources, table, queryableStoreName, view: () => storeView(store.name) };
  }

  private addResolver(responses: InternalTopicNode): ProcessorGraphNode {
    const { graph, kind, left, joiner, names } = this;
    const node = new ProcessorGraphNode(names.resolver, {
      create: ({ applicationId, value }) =>
        new ResponseJoin({
          join: names.send,
          left: left.view(),
          joiner,
          kind,
          valueSerde: resolveSerde(left.value, value)!,
          valueTopic: `${applicationId}-${names.subscriptionTopic}-vh`,
        }),
      uses: () => left.view().stores,
    });
    return graph.add(responses, node);
  }
}
