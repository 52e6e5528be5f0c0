/** A node, as `Topology.toJSON` describes it. */
export interface SummarizedNode {
  readonly kind: 'source' | 'processor' | 'sink';
  readonly name: string;
  readonly topics: readonly string[] | string | null;
  readonly stores: readonly string[];
}
export interface SummarizedSubTopology {
  readonly id: number;
  readonly isGlobal: boolean;
  readonly nodes: readonly SummarizedNode[];
}

/**
 * Returns a topology in a few lines, for the log at boot: what each part reads, runs, keeps and writes. `describe()`
 * lists it node by node.
 */
export function topologySummary(applicationId: string, subTopologies: readonly SummarizedSubTopology[]): readonly string[] {
  const stores = subTopologies.flatMap(storesOf);
  const head = `${applicationId}: ${counted(subTopologies.length, 'sub-topology', 'sub-topologies')}, ${counted(stores.length, 'store', 'stores')}`;
  return [head, ...subTopologies.flatMap(summaryOf)];
}

function summaryOf(part: SummarizedSubTopology): string[] {
  const ofKind = (wanted: SummarizedNode['kind']) => part.nodes.filter(({ kind }) => kind === wanted);
  const facts: readonly (readonly [what: string, names: readonly string[]])[] = [
    ['reads', ofKind('source').flatMap(topicsOf)],
    ['runs', ofKind('processor').map(({ name }) => name)],
    ['keeps', storesOf(part)],
    ['writes', ofKind('sink').flatMap(topicsOf)],
  ];
  const lines = facts
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `    ${what.padEnd(6)} ${[...new Set(names)].sort().join(', ')}`);
  return [`  ${part.isGlobal ? 'global' : part.id}`, ...lines];
}

function storesOf({ nodes }: SummarizedSubTopology): readonly string[] {
  return [...new Set(nodes.flatMap(({ stores }) => stores))];
}

function topicsOf({ topics }: SummarizedNode): readonly string[] {
  return topics === null ? ['(a topic per record)'] : typeof topics === 'string' ? [`/${topics}/`] : topics;
}

function counted(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
