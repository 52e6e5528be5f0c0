import { MemberRef, type Upstream } from '../decorators/upstream.js';
import type { DeclaredTopology } from './declared-topology.js';
import { MemberFault, type DeclaredMember } from './member-fault.js';
import { closest } from './names.js';

/** What a member comes after: those that it names, or, of the table of a `@Cogroup`, the methods that fold into it. */
export function upstreamsOf({ topology, member }: DeclaredMember): readonly Upstream[] {
  if (member.operator !== 'cogroup' || member.on === 'method') return member.upstreams;
  return topology.members.filter(({ operator, options }) => operator === 'cogroup' && options.into === member.name).map(({ name }) => name);
}

/** Finds what an upstream refers to. Throws a MemberFault that says what would fit. */
export function memberBehind(topologies: readonly DeclaredTopology[], asking: DeclaredMember, upstream: Upstream): DeclaredMember {
  const type = upstream instanceof MemberRef ? upstream.topology() : asking.topology.type;
  const name = upstream instanceof MemberRef ? upstream.member : upstream;
  const topology = topologies.find((other) => other.type === type);
  if (topology === undefined) {
    const what = `upstream ${type?.name ?? 'of an undefined class'}.${name} is not part of this application`;
    throw new MemberFault(asking, what, 'The class must have @StreamTopology() and be a provider of a module of this application.');
  }
  const member = topology.members.find((other) => other.name === name);
  if (member !== undefined) return { topology, member };
  const names = topology.members.filter((other) => other !== asking.member).map((other) => other.name);
  const near = closest(name, names);
  const others = names.length === 0 ? 'It has no other member.' : `There is: ${names.join(', ')}.`;
  const help = near === undefined ? others : `Did you mean "${near}"?`;
  throw new MemberFault(asking, `upstream "${name}" is not a member of ${topology.type.name}`, help);
}
