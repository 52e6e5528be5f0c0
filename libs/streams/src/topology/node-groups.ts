/** Disjoint sets of node names (QuickUnion): nodes connected by an edge or by a shared store are one sub-topology. */
export class NodeGroups {
  private readonly parents = new Map<string, string>();

  add(name: string): void {
    this.parents.set(name, name);
  }

  unite(name: string, others: readonly string[]): void {
    for (const other of others) this.parents.set(this.root(other), this.root(name));
  }

  /** Sets in the order in which their first member stands in `names`: the numbers of the sub-topologies. */
  numbered(names: Iterable<string>): string[][] {
    const byRoot = new Map<string, string[]>();
    for (const name of names) {
      const root = this.root(name);
      const group = byRoot.get(root);
      if (group === undefined) byRoot.set(root, [name]);
      else group.push(name);
    }
    return [...byRoot.values()];
  }

  private root(name: string): string {
    let at = name;
    for (let parent = this.parents.get(at)!; parent !== at; parent = this.parents.get(at)!) {
      this.parents.set(at, this.parents.get(parent)!);
      at = parent;
    }
    return at;
  }
}
