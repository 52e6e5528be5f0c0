import { placeOf } from './declared-topology.js';
import { MemberFault, type Place } from './member-fault.js';

const help = { node: 'Rename one of the members, or give one topology another name.', store: "Name one of them: { store: '…' }." };

/** Who has which name. The DSL would notice a clash too, but could name only one side. */
export class NameClaims {
  private readonly owners = new Map<string, { readonly place: Place; readonly what: unknown }>();

  /** What has a name already may claim it again, for another member too: a store builder may be shared. */
  claim(kind: 'node' | 'store', name: string, place: Place, what: unknown = place.member): string {
    const owner = this.owners.get(`${kind} ${name}`);
    if (owner !== undefined && owner.what !== what) {
      const { topology, member } = owner.place;
      throw new MemberFault(place, `its ${kind} "${name}" is also that of ${placeOf(topology.type, member)}`, help[kind]);
    }
    this.owners.set(`${kind} ${name}`, owner ?? { place, what });
    return name;
  }

  /** Who made a node or store: its own name was claimed, or one that it begins with. Undefined: a member that names nothing. */
  placeOf(name: string): string | undefined {
    for (let end = name.length; end > 0; end = name.lastIndexOf('-', end - 1)) {
      const owner = this.owners.get(`node ${name.slice(0, end)}`) ?? this.owners.get(`store ${name.slice(0, end)}`);
      if (owner !== undefined) return placeOf(owner.place.topology.type, owner.place.member);
    }
    return undefined;
  }

  /** Names of stores so far. */
  get stores(): readonly string[] {
    return [...this.owners.keys()].filter((key) => key.startsWith('store ')).map((key) => key.slice('store '.length));
  }
}
