import type { StoreBuilder } from '@ouzel/streams';
import type { CheckedMember } from '../checks/checked-member.js';
import { MemberFault } from '../decorator-error.js';
import type { DeclaredMember } from '../declared-topology.js';
import type { NameClaims } from './name-claims.js';
import { didYouMean, kebabCase } from '../names.js';
import type { ConnectedStores } from '../calls/operator-call.js';

const makeIt = 'Make it, or bring it along: @StreamTopology({ stores: [Stores.…] }).';

/** Connects processors with their stores, wherever those are declared. */
export class StoreConnections {
  /** `members` are all of the application; those that are not checked have failed. `reach` builds a member first. */
  constructor(
    private readonly members: readonly (CheckedMember | DeclaredMember)[],
    private readonly names: NameClaims,
    private readonly reach: (asking: DeclaredMember, owner: DeclaredMember) => unknown,
  ) {}

  /** Returns the stores of a member. Throws a MemberFault when it names a store that does not exist. */
  of(checked: CheckedMember): ConnectedStores {
    const builders = checked.stores.filter((store): store is StoreBuilder => typeof store !== 'string');
    for (const builder of builders) this.names.store(builder.name, checked, builder);
    const names = checked.stores.filter((store) => typeof store === 'string');
    for (const name of names) this.find(name, checked);
    return { names, builders };
  }

  /** A name that only the DSL can know, because a join or a `@Build` method makes the store, is left to the DSL. */
  private find(store: string, asking: CheckedMember): void {
    for (const owner of this.members) if (owner.member !== asking.member && storesOf(owner).includes(store)) this.reach(asking, owner);
    const isBuilt = this.members.some(({ member }) => member.operator === 'build');
    const { stores } = this.names;
    if (isBuilt || store.endsWith('-store') || stores.includes(store)) return;
    throw new MemberFault(asking, `uses store "${store}", which does not exist`, didYouMean(store, stores) ?? makeIt);
  }
}

/** Returns the names of the stores that a member may make. */
function storesOf(owner: CheckedMember | DeclaredMember): readonly string[] {
  const { member } = owner;
  const store = 'options' in owner ? owner.options.store : member.options.store;
  const own = typeof store === 'object' ? (store as { readonly name: string }).name : store;
  const brought = 'stores' in owner ? owner.stores.flatMap((other) => (typeof other === 'string' ? [] : [other.name])) : [];
  return [typeof own === 'string' ? own : kebabCase(member.name), ...brought];
}
