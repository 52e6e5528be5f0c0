/** Keeps what was used lately, as long as it costs about this much, for the price of a Map. */
export class RecentMap<K, V extends { readonly size: number }> {
  private young = new Map<K, V>();
  private old = new Map<K, V>();
  private cost = 0;

  constructor(
    /** Sum of sizes. */
    private readonly limit: number,
  ) {}

  get(key: K): V | undefined {
    const found = this.young.get(key);
    if (found !== undefined) return found;
    const aged = this.old.get(key);
    if (aged !== undefined) this.set(key, aged);
    return aged;
  }

  /** Replacing counts once more, so what is written all the time makes others old sooner. */
  set(key: K, value: V): void {
    this.young.set(key, value);
    this.grew(value.size);
  }

  /** Something that is in here is larger now. */
  grew(by: number): void {
    this.cost += by;
    if (2 * this.cost < this.limit) return;
    this.old = this.young;
    this.young = new Map();
    this.cost = 0;
  }

  delete(key: K): void {
    this.young.delete(key);
    this.old.delete(key);
  }
}
