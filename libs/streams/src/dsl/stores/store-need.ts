import { keyValueContract } from '../../state/key-value/key-value-contract.js';
import { keyValueKind, type KeyValueOptions } from '../../state/key-value/key-value-kind.js';
import type { StoreContract } from '../../state/kind/store-contract.js';
import type { StoreKind } from '../../state/kind/store-kind.js';
import { versionedContract } from '../../state/versioned/versioned-contract.js';

/** The store that an operator needs, before the user's choice of a store is known. */
export interface StoreNeed {
  /** The kind of store that the operator takes where the user supplies none. */
  readonly kind: StoreKind;
  /** The options that the operator gives its store. Those of a supplier take precedence. */
  readonly options: object;
  /** The contracts of stores that a supplier may make. */
  readonly contracts: readonly StoreContract[];
  /** Whether a record cache may stand in front of the store. */
  readonly caching: boolean;
}

const tableOptions: KeyValueOptions = { values: 'timestamped' };

/**
 * The rows of a table: the newest value of each key, or all versions of it where the user supplies a versioned store.
 */
export const tableRows: StoreNeed = {
  kind: keyValueKind,
  options: tableOptions,
  contracts: [keyValueContract, versionedContract],
  caching: true,
};
