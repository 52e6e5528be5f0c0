import { FaultsError, OuzelError, type Fault } from '@ouzel/streams';
import type { MemberMetadata } from '../../decorators/member.js';
import { placeOf } from '../declared-topology.js';
import type { FoundClaim, NameClaims } from './name-claims.js';
import type { CheckedMember } from '../checks/checked-member.js';
import { serdeOrigins, type SerdeOf } from './serde-origins.js';

type Checked = ReadonlyMap<MemberMetadata, CheckedMember>;

/** A serde that no member gives, and the members that need it. */
interface MissingSerde {
  readonly origin: CheckedMember;
  readonly of: SerdeOf;
  readonly fault: Fault;
  readonly neededBy: Set<string>;
}

/**
 * Returns faults of nodes and stores as faults of the members that declare them, each fault of a member once. Other
 * errors stay as they are.
 */
export function placedFaults(error: unknown, names: NameClaims, checked: Checked): unknown {
  if (!(error instanceof OuzelError)) return error;
  const faults = error instanceof FaultsError ? error.faults : error.nodes === undefined ? [] : [faultIn(error)];
  if (faults.length === 0) return error;
  const placed = new Map<string, Fault | MissingSerde>();
  for (const fault of faults) {
    const claims = claimsOf(fault, names);
    const where = claims.length === 0 ? fault.where : [...new Set(claims.map(({ declaration }) => placeOf(declaration)))].join(', ');
    const missing = missingSerdes(fault, claims, checked);
    for (const { origin, of } of missing) {
      const id = `${placeOf(origin)} ${of}`;
      const known = (placed.get(id) ?? { origin, of, fault, neededBy: new Set() }) as MissingSerde;
      known.neededBy.add(where!);
      placed.set(id, known);
    }
    const id = `${where} ${fault.what}`;
    if (missing.length === 0 && !placed.has(id)) placed.set(id, where === undefined ? fault : { ...fault, where });
  }
  return new FaultsError(
    error.code,
    [...placed.values()].map((found) => ('origin' in found ? missingAt(found) : found)),
  );
}

function faultIn({ what, where, help, nodes }: OuzelError): Fault {
  return { what, ...(where && { where }), ...(help && { help }), ...(nodes && { nodes }) };
}

/** Returns the claims of the nodes of a fault. When one of them is unknown, the fault stays where it is. */
function claimsOf({ nodes = [] }: Fault, names: NameClaims): readonly FoundClaim[] {
  const claims = nodes.flatMap((node) => names.claimOf(node) ?? []);
  return claims.length === nodes.length ? claims : [];
}

function missingSerdes({ missingSerde: of }: Fault, claims: readonly FoundClaim[], checked: Checked) {
  if (of === undefined) return [];
  return claims.flatMap((claim) => serdeOrigins(claim, of, checked)).map((origin) => ({ origin, of }));
}

function missingAt({ origin, of, fault, neededBy }: MissingSerde): Fault {
  const where = placeOf(origin);
  const { decorator, operator } = origin.member;
  const example = of === 'key' ? 'key: serdes.string' : 'value: serdes.json()';
  const call = operator === 'build' ? 'in the DSL call that makes the stream' : `to ${decorator}: { ${example} }`;
  const setting = of === 'key' ? 'defaultKeySerde' : 'defaultValueSerde';
  const others = neededBy.has(where) ? '' : `, which ${[...neededBy].join(' and ')} ${neededBy.size === 1 ? 'needs' : 'need'}`;
  return { ...fault, where, what: `there is no serde for its ${of}s${others}`, help: `Give it ${call}, or set ${setting}` };
}
