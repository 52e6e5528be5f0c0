import { TopologyError } from '@ouzel/core';
import { PassThrough } from '../../operators/pass-through.js';
import type { AnyNode } from '../../processor/node.js';
import type { PlanDefaults } from '../../topology/declarations.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import type { TableHandle } from '../handles.js';
import { copartitioned } from '../streams/copartition.js';
import { implicitRepartition } from '../streams/repartition.js';
import { aggregateState, type AggregateTable } from './add-aggregate.js';
import type { GroupedHandle, GroupedParent } from './grouped-handle.js';

/** One grouped stream of a cogroup. */
export interface CogroupMember {
  readonly group: GroupedHandle;
  create(oldValues: boolean, defaults: PlanDefaults): AnyNode;
}

/** The nodes that the groups of one cogroup are added below: kept between its aggregates. */
export type CogroupParents = Map<GroupedHandle, GroupedParent>;

/**
 * Adds a node per member, all with the same store, and one that merges their changes (CogroupedStreamAggregateBuilder).
 */
export function addCogroup(
  members: readonly CogroupMember[],
  parents: CogroupParents,
  name: string | undefined,
  result: AggregateTable,
): TableHandle {
  const { store, key, value, queryableStoreName, graceMs, view } = result;
  const { graph } = members[0]!.group;
  checkGroupNames(members, store.name);
  for (const { group } of members) placeBelow(group, parents, store.name);
  const inputs = members.map(({ group }) => ({ graph, sources: parents.get(group)!.sources }));
  const sources = copartitioned(inputs[0]!, ...inputs.slice(1));
  const table = aggregateState(result);
  const nodes = members.map(({ group, create }, i) => {
    const memberName = graph.names.suffixedOrGenerated(name, `-cogroup-agg-${i}`, 'COGROUPKSTREAM-AGGREGATE-');
    const node = new ProcessorGraphNode(memberName, {
      create: (defaults) => create(table.sendsOldValues, defaults),
      stores: () => [store],
      traits: { graceMs },
    });
    return graph.add(parents.get(group)!.node, node);
  });
  const merge = graph.names.suffixedOrGenerated(name, '-cogroup-merge', 'COGROUPKSTREAM-MERGE-');
  const node = graph.add(nodes, new ProcessorGraphNode(merge, { create: () => new PassThrough() }));
  return { graph, node, key, value, sources, table, queryableStoreName, view };
}

/** Finds or makes the parent of a member. The three numbers of a repartition topic are taken each time. */
function placeBelow(group: GroupedHandle, parents: CogroupParents, store: string): void {
  if (!group.needsRepartition) {
    parents.set(group, group);
    return;
  }
  const fresh = implicitRepartition(group, group.groupName ?? store, group.key, group.value);
  if (parents.has(group)) return;
  group.graph.add(group.node, fresh);
  parents.set(group, { node: fresh, sources: new Set([fresh.name]) });
}

/** The repartition topics of several groups without a name would all have the name of the store. */
function checkGroupNames(members: readonly CogroupMember[], store: string): void {
  const unnamed = members.filter(({ group }) => group.needsRepartition && group.groupName === undefined);
  if (unnamed.length < 2) return;
  throw new TopologyError('OUZEL_NAMING', {
    what: `${unnamed.length} groups of a cogroup need a repartition topic and have no name`,
    where: `state store "${store}"`,
    help: "Name the groups: groupBy(…, { name: 'by-user' }).",
  });
}
