/** Keeps decoded rows of a store while they are in use. */
export interface DecodedKeeper {
  /** Drops the rows that were not used since the last call. */
  age(): void;
  /** Drops all rows. */
  clear(): void;
}

/**
 * Limits the rows that all stores of a client keep decoded. A row that was used since the last aging is young, any
 * other is old. When the young rows fill half of the limit, all stores drop their old rows, and the young rows become
 * old. So rows that are seldom used go first, in whichever store they are, and the use of a row moves nothing.
 */
export class DecodedBudget {
  private readonly shares = new Set<DecodedShare>();
  private young = 0;
  private old = 0;

  /** `maxBytes` is the limit in bytes of heap, as the stores estimate them. */
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

  /** Removes the share of a store that is closed. The share must be empty. */
  forget(share: DecodedShare): void {
    this.shares.delete(share);
  }

  /** Adds to the bytes of young rows. `bytes` is negative when they take less. */
  youngGrew(bytes: number): void {
    this.young += bytes;
    if (2 * this.young > this.maxBytes) this.age();
  }

  /** Adds to the bytes of old rows. `bytes` is negative when they take less. */
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

  /** False once the store is closed. Keepers must keep nothing then. */
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

  /** Drops all rows and all keepers. Called when the store is made anew. */
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
