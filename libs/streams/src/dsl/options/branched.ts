import type { Named } from './named.js';

/** A branch of a split. `S` is its stream. */
export interface BranchOptions<S> extends Named {
  /** Continues the branch. A branch that ends here is not in the result of the split. */
  to?: (branch: S) => void;
}

/** A branch of a split whose place in the result is taken by what `to` returns. */
export interface ReplacedBranch<S, R> extends Named {
  to: (branch: S) => R;
}
