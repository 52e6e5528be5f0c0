import { MemberFault } from '../decorator-error.js';
import { placeOf, type Declaration } from '../declared-topology.js';
import type { NodePart } from '../calls/operator-call.js';

const help = { node: 'Rename one of the members, or give one topology another name.', store: "Name one of them: { store: '…' }." };

/** The member, or topology, that a node or store belongs to. */
export interface Claim {
  readonly declaration: Declaration;
  /** The part of the member, where it is not the member's own node. */
  readonly part: NodePart | undefined;
  readonly isStore: boolean;
}

/** The claim of a name, or of a name that it begins with. */
export interface FoundClaim extends Claim {
  /** The ending that the DSL adds to the claimed name, such as `-sink` or `-repartition-source`. */
  readonly suffix: string;
}

/**
 * The names of nodes and stores, and the members that have them. The DSL would find a clash too, but could name only
 * one of the two members.
 */
export class NameClaims {
  private readonly nodes = new Map<string, Claim>();
  private readonly storesByName = new Map<string, { readonly claim: Claim; readonly owner: unknown }>();

  /** Claims the name of a node. A member may claim a name again. */
  node(name: string, declaration: Declaration, part?: NodePart): string {
    const claim = this.nodes.get(name);
    if (claim !== undefined && claim.declaration.member !== declaration.member) throw clash('node', name, declaration, claim);
    if (claim === undefined) this.nodes.set(name, { declaration, part, isStore: false });
    return name;
  }

  /** Claims the name of a store. `owner` may claim it again: the member, or a builder that several members share. */
  store(name: string, declaration: Declaration, owner: unknown = declaration.member): void {
    const known = this.storesByName.get(name);
    if (known !== undefined && known.owner !== owner) throw clash('store', name, declaration, known.claim);
    if (known === undefined) this.storesByName.set(name, { claim: { declaration, part: undefined, isStore: true }, owner });
  }

  /**
   * Returns the claim of a node's or a store's name, or of the longest name that it begins with. Undefined for names
   * that the DSL generated.
   */
  claimOf(name: string): FoundClaim | undefined {
    for (let end = name.length; end > 0; end = name.lastIndexOf('-', end - 1)) {
      const begin = name.slice(0, end);
      const claim = this.nodes.get(begin) ?? this.storesByName.get(begin)?.claim;
      if (claim !== undefined) return { ...claim, suffix: name.slice(end) };
    }
    return undefined;
  }

  /** The names of stores so far. */
  get stores(): readonly string[] {
    return [...this.storesByName.keys()];
  }
}

function clash(kind: 'node' | 'store', name: string, declaration: Declaration, { declaration: owner }: Claim): MemberFault {
  return new MemberFault(declaration, `its ${kind} "${name}" is also that of ${placeOf(owner)}`, help[kind]);
}
