import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { FaultsError, type ErrorParts } from '@ouzel/streams';
import { membersOf, type MemberMetadata } from '../decorators/member.js';
import { topologyOptionsOf, type StreamTopologyOptions } from '../decorators/stream-topology.js';
import { topologyName } from './names.js';

/** A class with `@StreamTopology` and the Nest instance whose methods are the operators' functions. */
export interface DeclaredTopology {
  readonly name: string;
  readonly type: Type<object>;
  readonly instance: object;
  readonly members: readonly MemberMetadata[];
  readonly stores: StreamTopologyOptions['stores'];
  /** Makes an instance of a class of what the module of the topology provides. */
  readonly create: <T>(type: Type<T>) => Promise<T>;
}

/** `module`: the one that provides the topology. */
export function declaredTopology(type: Type<object>, instance: object, module: Pick<ModuleRef, 'create'>): DeclaredTopology {
  const { name, stores } = topologyOptionsOf(type) ?? {};
  return {
    name: name ?? topologyName(type.name),
    type,
    instance,
    members: membersOf(type),
    stores,
    create: (processor) => module.create(processor),
  };
}

/** What is wrong with a member of a topology, or with the class as a whole. */
export interface DecoratorFault extends ErrorParts {
  readonly topology: string;
  readonly member: string | undefined;
}

/** Decorators do not fit together (OUZEL_DECORATOR): all faults of all topologies of an application. */
export class DecoratorError extends FaultsError {
  declare readonly faults: readonly DecoratorFault[];

  constructor(faults: readonly DecoratorFault[]) {
    super('OUZEL_DECORATOR', faults);
  }
}

/** `PaymentTopology.unknown (@Filter)` */
export function placeOf(topology: Type<object>, member?: MemberMetadata): string {
  return member === undefined ? topology.name : `${topology.name}.${member.name} (${member.decorator})`;
}

export function faultOf(
  topology: Type<object>,
  member: MemberMetadata | undefined,
  what: string,
  help?: string,
  cause?: unknown,
): DecoratorFault {
  return {
    topology: topology.name,
    member: member?.name,
    where: placeOf(topology, member),
    what,
    ...(help === undefined ? {} : { help }),
    ...(cause === undefined ? {} : { cause }),
  };
}
