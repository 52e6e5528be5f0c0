import { LocalReplica, type StateStore, type StorePlan } from '@ouzel/streams/testing';

/** Returns what a view reads of a store. The driver commits nothing, so every isolation shows the same. */
export function replicaOfStore({ spec }: StorePlan, store: StateStore): LocalReplica {
  const queries = spec.kind.contract?.queries ?? {};
  return new LocalReplica({
    name: spec.name,
    queries,
    store,
    lag: 0,
    inputs: [],
    committed: () => store,
    position: () => ({}),
    checkOpen: () => {},
  });
}
