import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { membersOf, type MemberMetadata } from '../decorators/member.js';
import { topologyOptionsOf, type StreamTopologyOptions } from '../decorators/stream-topology.js';
import type { UserFunction } from '../decorators/untyped.js';
import { topologyName } from './names.js';

/** A class with `@StreamTopology` and the Nest instance whose methods are the functions of its operators. */
export interface DeclaredTopology {
  readonly name: string;
  readonly type: Type<object>;
  readonly instance: object;
  /** Each member is an object of this topology alone, also where several topologies inherit it from one class. */
  readonly members: readonly MemberMetadata[];
  readonly options: StreamTopologyOptions;
  /** Makes an instance of a class from the providers of the topology's module. */
  readonly create: <T>(type: Type<T>) => Promise<T>;
}

/** A member of a topology of the application. */
export interface DeclaredMember {
  readonly topology: DeclaredTopology;
  readonly member: MemberMetadata;
}

/** A member, or a topology as a whole. */
export interface Declaration {
  readonly topology: Pick<DeclaredTopology, 'type'>;
  readonly member?: MemberMetadata;
}

/** A method or property with a decorator, or a class as a whole. */
export interface Decorated {
  readonly topology: Pick<DeclaredTopology, 'type'>;
  readonly member?: Pick<MemberMetadata, 'name' | 'decorator'>;
}

/** Describes a class that Nest provides. `module` is the module that provides it. */
export function declaredTopology(type: Type<object>, instance: object, module: Pick<ModuleRef, 'create'>): DeclaredTopology {
  const options = topologyOptionsOf(type) ?? {};
  return {
    name: typeof options.name === 'string' ? options.name : topologyName(type.name),
    type,
    instance,
    members: membersOf(type).map((member) => ({ ...member })),
    options,
    create: (processor) => module.create(processor),
  };
}

/** Returns the place of a declaration as messages show it: `PaymentTopology.unknown (@Filter)`. */
export function placeOf({ topology: { type }, member }: Decorated): string {
  return member === undefined ? type.name : `${type.name}.${member.name} (${member.decorator})`;
}

/** Returns the decorated method as the function of its operator, bound to the instance of the topology. */
export function methodOf({ topology: { instance }, member: { name } }: DeclaredMember): UserFunction {
  return (instance as Readonly<Record<string, UserFunction>>)[name]!.bind(instance);
}
