/** A record of topic `payment`; its key is the user's id, or `unknown`. */
export interface Payment {
  readonly id: string;
  readonly userId: string;
  /** In cents, so that sums are exact. */
  readonly amount: number;
  readonly currency: string;
  /** Epoch ms; the record's timestamp too. */
  readonly ts: number;
}

export interface Total {
  readonly count: number;
  readonly amount: number;
}
