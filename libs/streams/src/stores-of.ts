import { checkedApplication } from './checked-application.js';
import type { StreamsConfig } from './config/streams-config.js';
import type { Topology } from './dsl/topology.js';
import type { Serde } from './serdes/serde.js';
import type { StorePlan } from './topology/plan.js';

/** A store of an application, as its topology declares it. */
export interface DeclaredStore {
  readonly name: string;
  /** The name of its kind, such as `session store`. */
  readonly kind: string;
  /** The sub-topology whose tasks keep it; null for a global store. */
  readonly subTopology: number | null;
  /** Whether its rows lie on disk. */
  readonly isPersistent: boolean;
  /** Whether views can read it. Only its own operator understands the others. */
  readonly isReadable: boolean;
  /** The topic that it is restored from; null where there is none. */
  readonly changelog: string | null;
  readonly key: Serde<unknown>;
  readonly value: Serde<unknown>;
}

/** Returns the stores of a topology with the configuration of a client. Does no I/O. Throws what `KafkaStreams` throws. */
export function storesOf(topology: Topology, config: StreamsConfig): readonly DeclaredStore[] {
  const { plan } = checkedApplication(topology, config);
  const ofTasks = plan.subTopologies.flatMap(({ id, stores }) => stores.map((store) => declaredStore(store, id)));
  return [...ofTasks, ...(plan.global?.stores ?? []).map((store) => declaredStore(store, null))];
}

function declaredStore({ spec, changelog }: StorePlan, subTopology: number | null): DeclaredStore {
  const { name, kind, persistent, key, value } = spec;
  return {
    name,
    kind: kind.name,
    subTopology,
    isPersistent: persistent,
    isReadable: kind.contract !== undefined,
    changelog: changelog ?? null,
    key,
    value,
  };
}
