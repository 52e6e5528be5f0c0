import type { DecodedKeeper, DecodedShare } from '../rows/decoded-budget.js';

/** Something that was decoded, and that may grow. */
export interface Decoded {
  /** Estimate of its bytes in the heap. */
  readonly size: number;
  /** Its size when its map looked last; the map sets it. */
  counted: number;
}

/** Keeps what was used lately, within the budget of the client, for the price of a Map. */
export class RecentMap<V extends Decoded> implements DecodedKeeper {
  private young = new Map<string, V>();
  private old = new Map<string, V>();

  constructor(private readonly share: DecodedShare) {
    share.add(this);
  }

  get(key: string): V | undefined {
    const found = this.young.get(key);
    if (found !== undefined) return found;
    const aged = this.old.get(key);
    if (aged === undefined) return undefined;
    this.old.delete(key);
    this.share.oldGrew(-aged.counted);
    this.keep(key, aged, aged.counted);
    return aged;
  }

  /** The key must not be here. */
  add(key: string, value: V): void {
    if (this.share.isOpen) this.keep(key, value, value.size);
  }

  /** A value that was got or added here may have grown since. It may have been let go meanwhile. */
  recount(key: string, value: V): void {
    const { size, counted } = value;
    if (size === counted || this.young.get(key) !== value) return;
    value.counted = size;
    this.share.youngGrew(size - counted);
  }

  /** Lets go the keys with `from <= key < to`. */
  deleteRange(from: string, to: string): void {
    for (const [key, { counted }] of this.young) if (key >= from && key < to && this.young.delete(key)) this.share.youngGrew(-counted);
    for (const [key, { counted }] of this.old) if (key >= from && key < to && this.old.delete(key)) this.share.oldGrew(-counted);
  }

  age(): void {
    this.old = this.young;
    this.young = new Map();
  }

  clear(): void {
    for (const { counted } of this.young.values()) this.share.youngGrew(-counted);
    for (const { counted } of this.old.values()) this.share.oldGrew(-counted);
    this.young = new Map();
    this.old = new Map();
  }

  private keep(key: string, value: V, size: number): void {
    value.counted = size;
    this.young.set(key, value);
    this.share.youngGrew(size);
  }
}
