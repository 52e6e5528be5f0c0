import type { MemberMetadata } from '../decorators/member.js';
import type { DeclaredTopology } from './declared-topology.js';

/** The decorated method as the operator's function: bound to the Nest instance, called directly. */
export function methodOf({ instance }: DeclaredTopology, { name }: MemberMetadata): (...args: any[]) => any {
  return ((instance as Record<string, unknown>)[name] as (...args: any[]) => any).bind(instance);
}
