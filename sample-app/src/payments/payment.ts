/** A record of the topic `payment`. The key is the id of the user, or `unknown`. */
export interface Payment {
  readonly id: string;
  readonly userId: string;
  /** Cents, so that sums are exact. */
  readonly amount: number;
  readonly currency: string;
  /** Epoch ms. The record has the same timestamp. */
  readonly ts: number;
}

/** The payments of one key. */
export interface Total {
  readonly count: number;
  /** Cents. */
  readonly amount: number;
}
