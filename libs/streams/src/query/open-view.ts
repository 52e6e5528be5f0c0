import { OuzelError } from '@ouzel/core';
import type { StorePlan } from '../state/kind/store-plan.js';
import type { StoreView } from '../state/kind/store-view.js';
import { ReplicaReach, type QueryDefaults } from './replica-reach.js';
import type { StoreAccess } from './store-replica.js';

/**
 * Makes the view of a store of the application. Throws OUZEL_STORE_UNKNOWN for a store that only its own operator can
 * read.
 */
export function openView({ spec, changelog }: StorePlan, applicationId: string, access: StoreAccess, defaults: QueryDefaults): StoreView {
  const { name, options } = spec;
  const { contract } = spec.kind;
  if (contract === undefined) {
    throw new OuzelError('OUZEL_STORE_UNKNOWN', {
      what: `store "${name}" is the ${spec.kind.name}, which only its operator can read`,
      help: 'Materialize the table that you want to query: { materialized: { store: … } }.',
    });
  }
  return contract.openView(name, options, new ReplicaReach(spec, serdeTopic(applicationId, { spec, changelog }), access, defaults));
}

/** Returns the topic that the serdes of a store are called with. */
export function serdeTopic(applicationId: string, { spec, changelog }: Pick<StorePlan, 'spec' | 'changelog'>): string {
  return changelog ?? `${applicationId}-${spec.name}-changelog`;
}
