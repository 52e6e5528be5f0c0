/** Keeps decoded rows of a store for as long as they are in use. */
export interface DecodedKeeper {
  /** Lets go what was not used since the last call. */
  age(): void;
  /** Lets go everything. */
  clear(): void;
}

/**
 * Limits what all stores of a client keep decoded beside their bytes. Rows have two ages: what was used since the last
 * aging is young, the rest is old. When the young ones fill half of the limit, all stores let go their old ones, and
 * the young ones become old: so what is used seldom goes first, wherever it is, and nothing is moved when a row is
 * used.
 */
export class DecodedBudget {
  private readonly shares = new Set<DecodedShare>();
  private young = 0;
  private old = 0;

  /** `maxBytes`: of heap, as its users estimate it. */
  constructor(private readonly maxBytes: number = 64 * 1024 * 1024) {}

  /** Bytes that are kept now. */
  get bytes(): number {
    return this.young + this.old;
  }

  /** Opens the share of one store. */
  open(): DecodedShare {
    const share = new DecodedShare(this);
    this.shares.add(share);
    return share;
  }

  /** The share keeps nothing, and counts no more. */
  forget(share: DecodedShare): void {
    this.shares.delete(share);
  }

  /** Young rows take so many bytes more, or less. */
  youngGrew(bytes: number): void {
    this.young += bytes;
    if (2 * this.young > this.maxBytes) this.age();
  }

  /** Old rows take so many bytes more, or less. */
  oldGrew(bytes: number): void {
    this.old += bytes;
  }

  private age(): void {
    for (const share of this.shares) share.age();
    this.old = this.young;
    this.young = 0;
  }
}

/** The decoded values of one store, in one or more keepers. */
export class DecodedShare {
  private keepers: DecodedKeeper[] = [];
  private closed = false;

  constructor(private readonly budget: DecodedBudget) {}

  /** False once the store is closed: nothing is to be kept any more. */
  get isOpen(): boolean {
    return !this.closed;
  }

  add(keeper: DecodedKeeper): void {
    this.keepers.push(keeper);
  }

  youngGrew(bytes: number): void {
    this.budget.youngGrew(bytes);
  }

  oldGrew(bytes: number): void {
    this.budget.oldGrew(bytes);
  }

  age(): void {
    for (const keeper of this.keepers) keeper.age();
  }

  /** Lets go everything, and forgets the keepers: their store is made anew. */
  reset(): void {
    for (const keeper of this.keepers) keeper.clear();
    this.keepers = [];
  }

  close(): void {
    this.reset();
    this.closed = true;
    this.budget.forget(this);
  }
}
