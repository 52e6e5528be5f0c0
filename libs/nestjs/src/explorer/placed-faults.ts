import { FaultsError, type Fault } from '@ouzel/streams';
import type { NameClaims } from './name-claims.js';

/** What is wrong with nodes and stores, told of the members that declared them, each thing of a member once. Other errors stay as they are. */
export function placedFaults(error: unknown, claims: NameClaims): unknown {
  if (!(error instanceof FaultsError)) return error;
  const placed = new Map<string, Fault>();
  for (const fault of error.faults) {
    const where = placeFor(fault, claims);
    const known = `${where} ${fault.what}`;
    if (!placed.has(known)) placed.set(known, where === undefined ? fault : { ...fault, where });
  }
  return new FaultsError(error.code, [...placed.values()]);
}

function placeFor({ nodes = [], where }: Fault, claims: NameClaims): string | undefined {
  const places = nodes.map((node) => claims.placeOf(node));
  return places.length === 0 || places.includes(undefined) ? where : [...new Set(places)].join(', ');
}
