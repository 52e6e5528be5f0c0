/** An edge of a graph whose nodes are numbers from 0. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly cost: number;
}

/**
 * Returns the edges of a cycle whose costs sum up to less than 0, and undefined where there is none (Bellman-Ford). It
 * looks for a cycle of predecessors after each round: most cycles are there after a few rounds.
 */
export function negativeCycle<E extends Edge>(nodes: number, edges: readonly E[]): readonly E[] | undefined {
  const costs = new Array<number>(nodes).fill(0);
  const cameBy = new Array<E | undefined>(nodes).fill(undefined);
  for (let isShorter = true; isShorter;) {
    isShorter = false;
    for (const edge of edges) {
      const cost = costs[edge.from]! + edge.cost;
      if (cost >= costs[edge.to]!) continue;
      costs[edge.to] = cost;
      cameBy[edge.to] = edge;
      isShorter = true;
    }
    const cycle = isShorter ? cycleIn(cameBy) : undefined;
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

function cycleIn<E extends Edge>(cameBy: readonly (E | undefined)[]): readonly E[] | undefined {
  const seenFrom = new Map<number, number>();
  for (let start = 0; start < cameBy.length; start++) {
    let node = start;
    while (!seenFrom.has(node)) {
      seenFrom.set(node, start);
      const edge = cameBy[node];
      if (edge === undefined) break;
      node = edge.from;
      if (seenFrom.get(node) === start) return cycleThrough(node, cameBy);
    }
  }
  return undefined;
}

function cycleThrough<E extends Edge>(node: number, cameBy: readonly (E | undefined)[]): readonly E[] {
  const cycle: E[] = [];
  for (let at = node; cycle.length === 0 || at !== node; at = cycle.at(-1)!.from) cycle.push(cameBy[at]!);
  return cycle;
}
