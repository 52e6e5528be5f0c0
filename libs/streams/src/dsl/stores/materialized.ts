import { durationMs, TopologyError } from '@ouzel/core';
import type { StoreKind } from '../../state/kind/store-kind.js';
import { suppliedStore, type SuppliedStore } from '../../state/kind/store-supplier.js';
import type { SerdeRef, StoreDeclaration } from '../../topology/declarations.js';
import type { NameGenerator } from '../../topology/graph/name-generator.js';
import { legalName } from '../../topology/legal-name.js';
import { withSerdes } from '../arguments/checked.js';
import type { Materialized } from '../options/materialized.js';
import { declareStore } from './declared-stores.js';
import { tableRows, type StoreNeed } from './store-need.js';

/** The settings of an operator's store that apply where `materialized` has none. */
export interface StoreDefaults {
  readonly operator: string;
  readonly prefix: string;
  readonly key: SerdeRef;
  readonly value: SerdeRef;
}

/** A store that an operator has or may have. */
export interface MaterializedStore {
  readonly name: string;
  /** The user named the store, or gave it a ttl: the table is kept, and can be queried by this name. */
  readonly isNamed: boolean;
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  /** How far back the values of a key can be read, ms; undefined where only the newest value is kept. */
  readonly historyMs: number | undefined;
  /**
   * Declares the store with what the operator keeps. Default: the rows of a table. Throws OUZEL_TOPOLOGY where the
   * user's store does not fit.
   */
  declare(need?: StoreNeed): StoreDeclaration;
}

/** Returns the name that the user gave a store, by itself or by its supplier. */
export function storeNameIn(materialized: Materialized | undefined): string | undefined {
  const store = materialized?.store;
  return typeof store === 'object' ? store.name : store;
}

/** Reads `materialized`. Takes a number for the name of the store where the user gave none (MaterializedInternal). */
export function materializedStore(
  names: NameGenerator,
  options: Materialized | undefined,
  { operator, prefix, key, value }: StoreDefaults,
): MaterializedStore {
  const materialized = withSerdes(options, `materialized of ${operator}`);
  const supplied = checkedSupplier(materialized.store, operator);
  const chosenName = storeNameIn(materialized);
  const name = chosenName ?? names.store(prefix);
  const serdes = { key: materialized.key ?? key, value: materialized.value ?? value };
  const { type, caching = true, logging = true, ttl } = materialized;
  return {
    name,
    isNamed: chosenName !== undefined || ttl !== undefined,
    ...serdes,
    historyMs: supplied?.kind.historyMs?.(supplied.options),
    declare(need = tableRows) {
      checkContract(supplied, need, operator);
      const kind = supplied?.kind ?? need.kind;
      return declareStore({
        name,
        kind,
        options: withTtl(kind, { ...need.options, ...supplied?.options }, materialized, operator),
        ...serdes,
        persistent: supplied?.persistent ?? (type === undefined ? undefined : type === 'persistent'),
        caching: caching && need.caching,
        logging,
      });
    },
  };
}

function checkedSupplier(store: Materialized['store'], operator: string): SuppliedStore | undefined {
  if (typeof store === 'string') legalName(store, `store of ${operator}`);
  if (typeof store === 'string' || store === undefined) return undefined;
  if (typeof store?.name === 'string') return suppliedStore(store);
  throw new TopologyError('OUZEL_TOPOLOGY', { what: `store of ${operator} must be a name or a supplier made by Stores` });
}

function checkContract(supplied: SuppliedStore | undefined, { kind, contracts }: StoreNeed, operator: string): void {
  if (supplied === undefined || contracts.some((contract) => contract === supplied.kind.contract)) return;
  throw new TopologyError('OUZEL_TOPOLOGY', {
    what: `${operator} needs a ${kind.name}, and the supplier makes a ${supplied.kind.name}`,
    where: `state store "${supplied.name}"`,
  });
}

function withTtl(kind: StoreKind, options: object, { ttl }: Materialized, operator: string): object {
  if (ttl === undefined) return options;
  const ttlMs = durationMs(ttl, `ttl of ${operator}`);
  if (kind.withTtl !== undefined && ttlMs > 0) return kind.withTtl(options, ttlMs);
  throw new TopologyError('OUZEL_TOPOLOGY', {
    what: kind.withTtl === undefined ? `${operator} keeps a ${kind.name}, which has no ttl` : `ttl of ${operator} must be longer than 0 ms`,
    help: 'A ttl belongs to a key-value table; windows, sessions and versions have a retention.',
  });
}
