import type { Type } from '@nestjs/common';
import { asError } from '@ouzel/streams';
import type { MemberMetadata } from '../../decorators/member.js';
import { MemberRef, type Upstream } from '../../decorators/upstream.js';
import type { DeclaredMember, DeclaredTopology } from '../declared-topology.js';
import { MemberFault } from '../decorator-error.js';
import { helpFor } from '../names.js';

const notProvided = 'The class must have @StreamTopology() and be a provider of a module of this application.';
const referTo = 'Write of(() => OtherTopology, "member").';

/**
 * Returns what a member comes after: the upstreams that it names; for the table of a `@Cogroup`, the methods that fold
 * into it; for an `@On` that names none, the only source of its class.
 */
export function upstreamsOf({ topology, member }: DeclaredMember): readonly Upstream[] {
  if (isRoute(member) && member.upstreams.length === 0) return sourcesOf(topology);
  if (member.operator !== 'cogroup') return member.upstreams;
  return topology.members.filter(({ operator, options }) => operator === 'fold' && options.into === member.name).map(({ name }) => name);
}

export function isRoute({ operator }: MemberMetadata): boolean {
  return operator === 'on' || operator === 'onEvent';
}

/** Returns the names of the sources of a topology. */
export function sourcesOf({ members }: DeclaredTopology): readonly string[] {
  return members.filter(({ operator }) => operator === 'source').map(({ name }) => name);
}

/** Finds the member that an upstream refers to. Throws a MemberFault that says what would fit. */
export function memberBehind(topologies: readonly DeclaredTopology[], asking: DeclaredMember, upstream: Upstream): DeclaredMember {
  const { type, name } = referenceOf(asking, upstream);
  const topology = topologies.find((other) => other.type === type);
  if (topology === undefined) throw new MemberFault(asking, `upstream ${type.name}.${name} is not part of this application`, notProvided);
  const member = topology.members.find((other) => other.name === name);
  if (member !== undefined) return { topology, member };
  const names = topology.members.filter((other) => other !== asking.member).map((other) => other.name);
  throw new MemberFault(
    asking,
    `upstream "${name}" is not a member of ${topology.type.name}`,
    helpFor(name, names, 'It has no other member.'),
  );
}

function referenceOf(asking: DeclaredMember, upstream: Upstream): { readonly type: Type<object>; readonly name: string } {
  const { decorator, upstreams } = asking.member;
  const asWritten: unknown = upstream;
  if (typeof asWritten === 'string') return { type: asking.topology.type, name: asWritten };
  if (asWritten instanceof MemberRef) return { type: classBehind(asking, asWritten), name: asWritten.member };
  const place = upstreams.length === 1 ? 'its upstream' : `upstream ${upstreams.indexOf(upstream) + 1} of ${upstreams.length}`;
  const first = `${decorator} names ${upstreams.length === 1 ? 'its upstream' : 'its upstreams'} first, then its options.`;
  throw new MemberFault(asking, `${place} is ${asWritten === undefined ? 'missing' : 'not the name of a member'}`, first);
}

function classBehind(asking: DeclaredMember, { topology, member }: MemberRef): Type<object> {
  const find: unknown = topology;
  if (typeof find !== 'function' || isClass(find)) throw new MemberFault(asking, `of(…, "${member}") is not given a function`, referTo);
  try {
    const type: unknown = topology();
    if (typeof type === 'function') return type as Type<object>;
  } catch (thrown) {
    throw new MemberFault(asking, `the class of upstream "${member}" can not be read: ${asError(thrown).message}`, referTo);
  }
  throw new MemberFault(asking, `the class of upstream "${member}" is undefined`, `${referTo} Two files that import each other may do so.`);
}

/** Returns true for a class. It can not be called, so `of(OtherTopology, …)` is reported before the call. */
function isClass(value: object): boolean {
  return Function.prototype.toString.call(value).startsWith('class');
}
