import type { MemberMetadata } from '../../decorators/member.js';
import { operatorCalls } from '../calls/operator-calls.js';
import type { FoundClaim } from './name-claims.js';
import type { CheckedMember } from '../checks/checked-member.js';

export type SerdeOf = 'key' | 'value';

/**
 * Operators that group by the key of their upstream, unless they have groupBy. Their rows have that key, or a windowed
 * one.
 */
const groups: readonly string[] = ['count', 'aggregate', 'reduce', 'cogroup', 'fold'];
/** Operators that write what their upstream carries, and make nothing. */
const passes: readonly string[] = ['to'];
const joins: readonly string[] = ['join', 'leftJoin', 'outerJoin'];

/**
 * Returns the members that have to give a serde which a node or store lacks. That is the member of the node only when
 * its operator makes new keys or values. A `@Count` behind a `@Map` lacks a serde that the `@Map` has to give.
 */
export function serdeOrigins(
  { declaration, part, isStore, suffix }: FoundClaim,
  lacking: SerdeOf,
  checked: ReadonlyMap<MemberMetadata, CheckedMember>,
): readonly CheckedMember[] {
  const member = declaration.member && checked.get(declaration.member);
  if (member === undefined) return [];
  const upstream = (at: number, of: SerdeOf): readonly CheckedMember[] => {
    const before = member.upstreams[at] && checked.get(member.upstreams[at].member);
    return before === undefined ? [member] : behind(before, of, checked);
  };
  // A repartition topic has the new keys, and the values of the upstream.
  const { operator } = member.member;
  const isRegrouped = groups.includes(operator) && ['-source', '-sink'].includes(suffix);
  if (part === 'by' || isRegrouped) return lacking === 'key' && member.options.groupBy !== undefined ? [member] : upstream(0, lacking);
  if (joins.includes(operator) && part === undefined && !isStore) return sidesWithout(member, lacking, checked);
  return behind(member, lacking, checked);
}

/** Returns the members whose option gives the serde of what a member carries. */
function behind(member: CheckedMember, of: SerdeOf, checked: ReadonlyMap<MemberMetadata, CheckedMember>): readonly CheckedMember[] {
  const { operator } = member.member;
  const { keeps } = operatorCalls[operator];
  const isKept =
    of === 'key'
      ? (keeps.startsWith('key') || groups.includes(operator)) && member.options.groupBy === undefined
      : keeps.endsWith('value') || passes.includes(operator);
  const upstream = member.upstreams[0] && checked.get(member.upstreams[0].member);
  const isOrigin = !(isKept || passes.includes(operator)) || upstream === undefined || member.options[of] !== undefined;
  return isOrigin ? [member] : behind(upstream, of, checked);
}

/**
 * Returns the members on both sides of a join that lack the serde. When both have it, the join itself lacks that of its
 * result.
 */
function sidesWithout(
  join: CheckedMember,
  lacking: SerdeOf,
  checked: ReadonlyMap<MemberMetadata, CheckedMember>,
): readonly CheckedMember[] {
  const origins = join.upstreams.flatMap(({ member }) => {
    const side = checked.get(member);
    return side === undefined ? [] : behind(side, lacking, checked);
  });
  const without = origins.filter(({ options }) => options[lacking] === undefined);
  return without.length === 0 ? [join] : [...new Set(without)];
}
