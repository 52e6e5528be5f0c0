import { MemberRef } from '../../decorators/upstream.js';
import { MemberFault } from '../decorator-error.js';
import { methodOf, type DeclaredMember, type DeclaredTopology } from '../declared-topology.js';
import { kebabCase } from '../names.js';
import type { AnyStream } from '../../decorators/untyped.js';

type Branches = Readonly<Record<string, AnyStream>>;

/**
 * The splits of an application. A split has all branches that one topology makes of one upstream. Kafka Streams begins
 * the names of branches with that of their split, so a split is named `<topology>-<upstream>-` and a branch
 * `<topology>-<upstream>-<member>`.
 */
export class Splits {
  private readonly branches = new Map<string, Branches>();

  constructor(private readonly topologies: readonly DeclaredTopology[]) {}

  nameOf({ topology, member }: DeclaredMember): string {
    const upstream = member.upstreams[0]!;
    if (!(upstream instanceof MemberRef)) return `${topology.name}-${kebabCase(upstream)}-`;
    const foreign = this.topologies.find(({ type }) => type === upstream.topology());
    return `${topology.name}-${foreign?.name ?? ''}-${kebabCase(upstream.member)}-`;
  }

  /** Returns the stream of a member with `@Branch` or `@DefaultBranch`. Throws a MemberFault of that member. */
  branchOf(declared: DeclaredMember, upstream: () => AnyStream): AnyStream {
    const name = this.nameOf(declared);
    this.check(declared, name);
    const branches = this.branches.get(name) ?? this.split(declared.topology, name, upstream());
    this.branches.set(name, branches);
    return branches[name + kebabCase(declared.member.name)]!;
  }

  private check(declared: DeclaredMember, name: string): void {
    if (declared.member.operator !== 'defaultBranch') return;
    const { branches, fallback } = this.membersOf(declared.topology, name);
    if (fallback!.member !== declared.member)
      throw new MemberFault(declared, `is the second default branch of its upstream, after "${fallback!.member.name}"`, 'Keep one.');
    if (branches.length === 0)
      throw new MemberFault(declared, 'there is no @Branch of its upstream', 'A default branch takes what no branch takes.');
  }

  private split(topology: DeclaredTopology, name: string, upstream: AnyStream): Branches {
    const { branches, fallback } = this.membersOf(topology, name);
    const split = branches.reduce(
      (branched, branch) => branched.branch(methodOf(branch), { name: kebabCase(branch.member.name) }),
      upstream.split({ name }),
    );
    return fallback === undefined ? split.noDefaultBranch() : split.defaultBranch({ name: kebabCase(fallback.member.name) });
  }

  private membersOf(topology: DeclaredTopology, split: string) {
    const all = topology.members
      .filter(({ operator }) => isBranch(operator))
      .map((member): DeclaredMember => ({ topology, member }))
      .filter((declared) => this.nameOf(declared) === split);
    return {
      branches: all.filter(({ member }) => member.operator === 'branch'),
      fallback: all.find(({ member }) => member.operator === 'defaultBranch'),
    };
  }
}

export function isBranch(operator: string): boolean {
  return operator === 'branch' || operator === 'defaultBranch';
}
