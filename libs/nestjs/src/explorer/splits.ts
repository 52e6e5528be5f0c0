import type { KStream } from '@ouzel/streams';
import { MemberRef } from '../decorators/upstream.js';
import type { DeclaredTopology } from './declared-topology.js';
import { MemberFault, type DeclaredMember } from './member-fault.js';
import { methodOf } from './method-of.js';
import { kebabCase } from './names.js';

/**
 * The splits of an application: all branches that one topology makes of one upstream. Kafka Streams puts the name of a split before those of its branches, so a
 * split is named by its upstream, `<topology>-<upstream>-`, and a branch `<topology>-<upstream>-<member>`.
 */
export class Splits {
  private readonly branches = new Map<string, Readonly<Record<string, KStream<any, any>>>>();

  constructor(private readonly topologies: readonly DeclaredTopology[]) {}

  nameOf({ topology, member }: DeclaredMember): string {
    const upstream = member.upstreams[0]!;
    if (!(upstream instanceof MemberRef)) return `${topology.name}-${kebabCase(upstream)}-`;
    const foreign = this.topologies.find(({ type }) => type === upstream.topology());
    return `${topology.name}-${foreign?.name ?? ''}-${kebabCase(upstream.member)}-`;
  }

  /** The stream that a member with `@Branch` or `@DefaultBranch` is. */
  branchOf(declared: DeclaredMember, upstream: () => KStream<any, any>): KStream<any, any> {
    const name = this.nameOf(declared);
    const branches = this.branches.get(name) ?? this.split(name, declared, upstream());
    this.branches.set(name, branches);
    return branches[name + kebabCase(declared.member.name)]!;
  }

  private split(name: string, { topology }: DeclaredMember, upstream: KStream<any, any>): Readonly<Record<string, KStream<any, any>>> {
    const ofSplit = topology.members.filter((member) => isBranch(member.operator) && this.nameOf({ topology, member }) === name);
    const branches = ofSplit.filter(({ operator }) => operator === 'branch');
    const [fallback, second] = ofSplit.filter(({ operator }) => operator === 'defaultBranch');
    if (second !== undefined)
      throw new MemberFault(
        { topology, member: second },
        `is the second default branch of its upstream, after "${fallback!.name}"`,
        'Keep one.',
      );
    if (branches.length === 0)
      throw new MemberFault(
        { topology, member: fallback! },
        'there is no @Branch of its upstream',
        'A default branch takes what branches do not want.',
      );
    const split = branches.reduce(
      (face, branch) => face.branch(methodOf(topology, branch), { name: kebabCase(branch.name) }),
      upstream.split({ name }),
    );
    return fallback === undefined ? split.noDefaultBranch() : split.defaultBranch({ name: kebabCase(fallback.name) });
  }
}

export function isBranch(operator: string): boolean {
  return operator === 'branch' || operator === 'defaultBranch';
}
