import { processorOptionsOf } from '../decorators/processor.js';
import type { ProcessorStores } from '../decorators/options.js';
import type { ConfigValues } from './config-values.js';
import type { DeclaredTopology } from './declared-topology.js';
import { MemberFault, type DeclaredMember } from './member-fault.js';
import { kebabCase } from './names.js';

/** Members that may make the store of this name: a processor that names it comes after them, wherever they are declared. */
export function storeOwners(topologies: readonly DeclaredTopology[], config: ConfigValues, store: string): readonly DeclaredMember[] {
  const members = topologies.flatMap((topology) => topology.members.map((member) => ({ topology, member })));
  return members.filter((declared) => storesOf(declared, config).includes(store));
}

function storesOf(declared: DeclaredMember, config: ConfigValues): readonly unknown[] {
  const { name, options, processor } = declared.member;
  const own = resolved(declared, config, options.store);
  const brought = [options.stores, processor && processorOptionsOf(processor)?.stores]
    .flatMap((stores) => (resolved(declared, config, stores) ?? []) as ProcessorStores)
    .flatMap((store) => (typeof store === 'string' ? [] : [store.name]));
  return [own === undefined ? kebabCase(name) : typeof own === 'object' ? (own as { readonly name: string }).name : own, ...brought];
}

/** What the config does not know is a fault of that member, and told there. */
function resolved(declared: DeclaredMember, config: ConfigValues, value: unknown): unknown {
  try {
    return config.of(declared, value);
  } catch (thrown) {
    if (thrown instanceof MemberFault) return undefined;
    throw thrown;
  }
}
