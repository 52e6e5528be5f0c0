import { TopologyError, durationMs } from '@ouzel/core';
import type { Materialized, StoreSupplier } from '../../state/store.js';
import type { SerdeRef, StoreDeclaration } from '../../topology/declarations.js';
import { legalName } from '../../topology/legal-name.js';
import type { NameGenerator } from '../../topology/graph/name-generator.js';
import { withSerdes } from '../arguments/checked.js';
import { SuppliedStore, type StoreShape } from '../../state/store-suppliers.js';
import { declareStore } from './declared-stores.js';

/** What the operator says of its store where `materialized` does not. */
export interface StoreDefaults {
  readonly operator: string;
  readonly prefix: string;
  readonly key: SerdeRef;
  readonly value: SerdeRef;
}

/** A store that an operator has or may have. */
export interface MaterializedStore {
  readonly name: string;
  /** Given by the user, or what his ttl needs: the table is kept, and can be asked by it. */
  readonly isNamed: boolean;
  readonly key: SerdeRef;
  readonly value: SerdeRef;
  /** Of a versioned store: how long versions are kept, ms. */
  readonly historyMs: number | undefined;
  /** As the operator needs it; what the supplier says wins. */
  declare(kept?: KeptRows): StoreDeclaration;
}

/** Of windows and sessions: what is kept, and whether a cache may stand before it. */
export interface KeptRows {
  readonly shape: StoreShape;
  readonly form: 'plain' | 'timestamped';
  readonly caching: boolean;
}

const rows: KeptRows = { shape: { kind: 'key-value' }, form: 'timestamped', caching: true };

/** The name that the user gave a store, by itself or by its supplier. */
export function storeNameIn(materialized: Materialized | undefined): string | undefined {
  const store = materialized?.store;
  return typeof store === 'object' ? store.name : store;
}

/** Reads `materialized`; takes a number for the store's name where it has none (MaterializedInternal). */
export function materializedStore(
  names: NameGenerator,
  given: Materialized | undefined,
  { operator, prefix, key, value }: StoreDefaults,
): MaterializedStore {
  const materialized = withSerdes(given, `materialized of ${operator}`);
  checkStore(materialized.store, operator);
  const ownName = storeNameIn(materialized);
  const name = ownName ?? names.store(prefix);
  const serdes = { key: materialized.key ?? key, value: materialized.value ?? value };
  return {
    name,
    isNamed: ownName !== undefined || materialized.ttl !== undefined,
    ...serdes,
    historyMs: historyOf(materialized.store),
    declare({ shape, form, caching } = rows) {
      checkKind(materialized.store, shape.kind, operator);
      checkTtl(materialized, shape.kind, operator);
      const options = caching ? materialized : { ...materialized, caching: false };
      return declareStore({ name, shape, form, ...serdes, options, caching: true });
    },
  };
}

function checkKind(store: string | StoreSupplier | undefined, needed: StoreShape['kind'], operator: string): void {
  if (!(store instanceof SuppliedStore)) return;
  const fitting: readonly StoreShape['kind'][] = needed === 'key-value' ? ['key-value', 'lru', 'versioned'] : [needed];
  if (fitting.includes(store.shape.kind)) return;
  throw new TopologyError('OUZEL_TOPOLOGY', {
    what: `${operator} needs a ${needed} store, and the supplier makes a ${store.shape.kind} store`,
    where: `state store "${store.name}"`,
  });
}

/** Windows and versions have a retention of their own, an LRU map is bounded. */
function checkTtl({ ttl, store }: Materialized, needed: StoreShape['kind'], operator: string): void {
  if (ttl === undefined) return;
  const kind = store instanceof SuppliedStore ? store.shape.kind : needed;
  if (kind === 'key-value' && durationMs(ttl, `ttl of ${operator}`) > 0) return;
  throw new TopologyError('OUZEL_TOPOLOGY', {
    what: kind === 'key-value' ? `ttl of ${operator} must be longer than nothing` : `${operator} keeps a ${kind} store, which knows no ttl`,
    help: 'A ttl belongs to a key-value table; windows, sessions and versions have a retention.',
  });
}

function historyOf(store: string | StoreSupplier | undefined): number | undefined {
  return store instanceof SuppliedStore && store.shape.kind === 'versioned' ? store.shape.historyMs : undefined;
}

function checkStore(store: string | StoreSupplier | undefined, operator: string): void {
  if (typeof store === 'string') legalName(store, `store of ${operator}`);
  else if (store !== undefined && typeof store?.name !== 'string')
    throw new TopologyError('OUZEL_TOPOLOGY', { what: `store of ${operator} must be a name or a supplier made by Stores` });
}
