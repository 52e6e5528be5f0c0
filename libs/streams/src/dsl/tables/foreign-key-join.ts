import type { Joiner } from '../../operators/callbacks.js';
import { ForeignTableJoin } from '../../operators/foreign-key-join/foreign-table-join.js';
import { ResponseJoin } from '../../operators/foreign-key-join/response-join.js';
import { SubscriptionJoin } from '../../operators/foreign-key-join/subscription-join.js';
import { SubscriptionKeys } from '../../operators/foreign-key-join/subscription-keys.js';
import { SubscriptionReceive } from '../../operators/foreign-key-join/subscription-receive.js';
import { SubscriptionSend } from '../../operators/foreign-key-join/subscription-send.js';
import { storeView } from '../../operators/table-view.js';
import { subscription } from '../../serdes/subscription.js';
import { subscriptionResponse, type SubscriptionResponse } from '../../serdes/subscription-response.js';
import { subscriptionStore } from '../../state/operator-stores.js';
import { derivedSerde, resolveSerde, type PlanDefaults } from '../../topology/declarations.js';
import { InternalTopicNode } from '../../topology/graph/internal-topic-node.js';
import type { Graph } from '../../topology/graph/graph.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { demandLookups, demandOldValues } from '../../topology/graph/table-state.js';
import type { StreamPartitioner } from '../../topology/plan.js';
import type { ForeignKeyJoined } from '../options/index.js';
import { callback, nameIn } from '../arguments/checked.js';
import { copartitioned } from '../streams/copartition.js';
import { materializedStore } from '../stores/materialized.js';
import { declareInternal } from '../stores/internal-stores.js';
import { sourceTable, tableSource } from '../streams/stream-to-table.js';
import { isReadBefore } from './older-readers.js';
import type { TableHandle } from './table-handle.js';

/** The names of all that a foreign-key join adds, in the order in which they take their numbers (KTableImpl.doJoinOnForeignKey). */
function joinNames({ names }: Graph, given: string | undefined) {
  const name = (suffix: string, prefix: string) => names.suffixedOrGenerated(given, suffix, `KTABLE-${prefix}`);
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
 * Rows of the left table ask the right one, wherever the foreign key's partition is, for its row: a subscription goes there through one internal topic, and each
 * answer comes back through another (KIP-213).
 */
export function joinByForeignKey(
  kind: 'inner' | 'left',
  left: TableHandle,
  right: TableHandle,
  joiner: Joiner<any, any, any, any>,
  options: ForeignKeyJoined<any, any, any, any>,
): TableHandle {
  const operator = kind === 'inner' ? 'join' : 'leftJoin';
  callback(joiner, `the joiner of ${operator}`);
  callback(options.foreignKey, `foreignKey of ${operator}`);
  return new ForeignKeyJoin(kind, left, right, joiner, options).add();
}

class ForeignKeyJoin {
  private readonly graph: Graph;
  private readonly names: ReturnType<typeof joinNames>;

  constructor(
    private readonly kind: 'inner' | 'left',
    private readonly left: TableHandle,
    private readonly right: TableHandle,
    private readonly joiner: Joiner<any, any, any, any>,
    private readonly options: ForeignKeyJoined<any, any, any, any>,
  ) {
    this.graph = left.graph;
    demandOldValues(right.table, 'forces');
    demandOldValues(left.table, 'forces');
    this.names = joinNames(this.graph, nameIn(options, 'join'));
  }

  add(): TableHandle {
    const send = this.addSend();
    const subscriptions = this.addSubscriptionTopic(send);
    const answers = this.addForeignSide(subscriptions);
    const responses = this.addResponseTopic(answers);
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
          keySerde: resolveSerde(left.key, defaults.key)!,
          foreignKeySerde: resolveSerde(right.key, defaults.key)!,
          foreignKeyTopic: `${defaults.applicationId}-${names.subscriptionTopic}-fk`,
          valueSerde: resolveSerde(left.value, defaults.value)!,
          valueTopic: `${defaults.applicationId}-${names.subscriptionTopic}-vh`,
          answerTo: isReadBefore('3.4', defaults) ? 'key' : 'partition',
        }),
    });
    return graph.add(left.node, node);
  }

  private addSubscriptionTopic(send: ProcessorGraphNode): InternalTopicNode {
    const { names, left, right, options } = this;
    const { otherPartitioner } = options;
    const partitioner: StreamPartitioner<any, any> | undefined =
      otherPartitioner && ((_value, key, topic, count) => otherPartitioner(null, key, topic, count));
    const parts = {
      topic: names.subscriptionTopic,
      sink: names.subscriptionSink,
      source: names.subscriptionSource,
      key: right.key,
      value: derivedSerde(left.key, subscription),
      partitioner,
    };
    return this.graph.add(send, new InternalTopicNode(parts));
  }

  /** What happens where the foreign keys are: subscriptions are kept and answered, and a change of a row goes to all who subscribed to it. */
  private addForeignSide(subscriptions: InternalTopicNode): readonly ProcessorGraphNode[] {
    const { graph, left, right, names } = this;
    demandLookups(right.table);
    const store = declareInternal({
      name: names.store,
      key: right.key,
      value: left.key,
      logging: true,
      make: subscriptionStore,
    });
    const receive = graph.add(
      subscriptions,
      new ProcessorGraphNode(names.receive, { create: (defaults) => new SubscriptionReceive(this.kept(defaults)), stores: () => [store] }),
    );
    const answer = graph.add(
      receive,
      new ProcessorGraphNode(names.subscriptionJoin, {
        create: () => new SubscriptionJoin({ right: right.view() }),
        uses: () => right.view().stores,
      }),
    );
    const change = graph.add(
      right.node,
      new ProcessorGraphNode(names.foreignJoin, { create: (defaults) => new ForeignTableJoin(this.kept(defaults)), stores: () => [store] }),
    );
    return [answer, change];
  }

  /** How subscriptions are kept. */
  private kept({ applicationId, key }: PlanDefaults) {
    const { names, left, right } = this;
    const topic = `${applicationId}-${names.subscriptionTopic}`;
    const primaryKey = resolveSerde(left.key, key)!;
    const keys = new SubscriptionKeys({ foreignKey: resolveSerde(right.key, key)!, primaryKey, topic });
    return { store: names.store, keys, subscription: subscription(primaryKey), topic };
  }

  /** Responses go to the partition that the subscription came from, unless the user says where the left table's keys are. */
  private addResponseTopic(answers: readonly ProcessorGraphNode[]): InternalTopicNode {
    const { names, left, right, options } = this;
    const partitioner: StreamPartitioner<any, any> = options.partitioner
      ? (_value, key, topic, count) => options.partitioner!(null, key, topic, count)
      : (response: SubscriptionResponse<unknown>) => response.primaryPartition ?? undefined;
    const parts = {
      topic: names.responseTopic,
      sink: names.responseSink,
      source: names.responseSource,
      key: left.key,
      value: derivedSerde(right.value, subscriptionResponse),
      partitioner,
    };
    return this.graph.add(answers, new InternalTopicNode(parts));
  }

  private addResult(responses: InternalTopicNode, sources: ReadonlySet<string>): TableHandle {
    const { graph, kind, left, joiner, options, names } = this;
    demandLookups(left.table);
    const resolver = graph.add(
      responses,
      new ProcessorGraphNode(names.resolver, {
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
      }),
    );
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
    return {
      graph,
      node,
      key: store.key,
      value: store.value,
      sources,
      table,
      queryableStoreName: store.isNamed ? store.name : null,
      view: () => storeView(store.name),
    };
  }
}
