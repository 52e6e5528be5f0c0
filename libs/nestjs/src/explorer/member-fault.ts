import type { MemberMetadata } from '../decorators/member.js';
import { faultOf, type DeclaredTopology, type DecoratorFault } from './declared-topology.js';

/** A member of a topology of the application. */
export interface DeclaredMember {
  readonly topology: DeclaredTopology;
  readonly member: MemberMetadata;
}

/** Where something is wrong: a member, or a topology as a whole. */
export interface Place {
  readonly topology: DeclaredTopology;
  readonly member?: MemberMetadata;
}

/** A member can not be built because of itself, or a topology because of what it says about itself. */
export class MemberFault extends Error {
  readonly fault: DecoratorFault;

  constructor({ topology, member }: Place, what: string, help: string) {
    super(what);
    this.fault = faultOf(topology.type, member, what, help);
  }
}

/** A member can not be built because of another, whose fault is reported with that one. */
export class UpstreamFailed extends Error {}
