import type { Type } from '@nestjs/common';
import { FaultsError, type ErrorParts } from '@ouzel/streams';
import { placeOf, type Declaration, type Decorated } from './declared-topology.js';

/** A fault of a member of a topology, or of a class as a whole. */
export interface DecoratorFault extends ErrorParts {
  readonly topology: string;
  readonly member: string | undefined;
}

/** Thrown at boot with all faults of all topologies of an application (OUZEL_DECORATOR). */
export class DecoratorError extends FaultsError {
  declare readonly faults: readonly DecoratorFault[];

  constructor(faults: readonly DecoratorFault[]) {
    super('OUZEL_DECORATOR', faults);
  }
}

export function faultOf(declaration: Decorated, what: string, help?: string, cause?: unknown): DecoratorFault {
  const { topology, member } = declaration;
  return {
    topology: topology.type.name,
    member: member?.name,
    where: placeOf(declaration),
    what,
    ...(help === undefined ? {} : { help }),
    ...(cause === undefined ? {} : { cause }),
  };
}

/** A fault of a class that Nest provides. */
export function classFault(type: Type<object>, what: string, help: string): DecoratorFault {
  return faultOf({ topology: { type } }, what, help);
}

/** Thrown when a member can not be built because its decorator is wrong. */
export class MemberFault extends Error {
  readonly fault: DecoratorFault;

  constructor(declaration: Declaration, what: string, help: string) {
    super(what);
    this.fault = faultOf(declaration, what, help);
  }
}

/** Thrown when a member can not be built because of another member, whose fault is reported. */
export class UpstreamFailed extends Error {}
