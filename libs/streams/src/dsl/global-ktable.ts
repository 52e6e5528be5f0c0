/** A table of which every instance holds all partitions. It is only for joins and lookups. */
export abstract class GlobalKTable<K, V> {
  /** By which its store is asked. */
  abstract readonly queryableStoreName: string | null;
  declare private readonly types: [K, V];
}
