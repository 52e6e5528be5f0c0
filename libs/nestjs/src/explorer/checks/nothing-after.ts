import { GlobalKTable } from '@ouzel/streams';
import { Fold, type StreamOrTable } from '../calls/operator-call.js';
import { operatorCalls } from '../calls/operator-calls.js';
import { MemberFault } from '../decorator-error.js';
import { placeOf, type DeclaredMember } from '../declared-topology.js';

/** Returns why a member can not come after another, if it can not. `made` is what the call of the other returned. */
export function nothingAfter(
  made: StreamOrTable | Fold | undefined,
  asking: DeclaredMember,
  upstream: DeclaredMember,
): MemberFault | undefined {
  const { operator, options } = upstream.member;
  const place = placeOf(upstream);
  if (made === undefined) {
    const help = operator === 'build' ? 'Return the stream or table that it makes.' : 'Take the upstream of that member.';
    return new MemberFault(asking, `nothing comes after ${place}`, help);
  }
  if (made instanceof Fold && asking.member.operator !== 'cogroup')
    return new MemberFault(asking, `nothing comes after ${place}`, `Take the table that it is folded into: "${String(options.into)}".`);
  if (made instanceof GlobalKTable && operatorCalls[asking.member.operator].takes !== 'global tables too')
    return new MemberFault(
      asking,
      `no record comes from ${place}`,
      'A global table is looked up: join a stream with it, inject its store, or read its topic with @Table.',
    );
  return undefined;
}
