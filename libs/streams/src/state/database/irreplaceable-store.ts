import type { StorePlan } from '../kind/store-plan.js';

/** Returns the store that is on disk and that nothing can restore; undefined where there is none. */
export function irreplaceableStore(stores: readonly Pick<StorePlan, 'spec' | 'changelog'>[]): string | undefined {
  return stores.find(({ spec, changelog }) => spec.persistent && changelog === undefined)?.spec.name;
}
