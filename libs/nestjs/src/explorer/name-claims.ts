import { placeOf } from './declared-topology.js';
import { MemberFault, type DeclaredMember } from './member-fault.js';

const help = { node: 'Rename one of the members, or give one topology another name.', store: "Name one of them: { store: '…' }." };

/** Who has which name. The DSL would notice a clash too, but could name only one side. */
export class NameClaims {
  private readonly owners = new Map<string, DeclaredMember>();

  /** A member may claim its names again. */
  claim(kind: 'node' | 'store', name: string, by: DeclaredMember): string {
    const owner = this.owners.get(`${kind} ${name}`);
    if (owner !== undefined && owner.member !== by.member) {
      throw new MemberFault(by, `its ${kind} "${name}" is also that of ${placeOf(owner.topology.type, owner.member)}`, help[kind]);
    }
    this.owners.set(`${kind} ${name}`, by);
    return name;
  }
}
