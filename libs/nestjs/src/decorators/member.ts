import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import type { Upstream } from './upstream.js';

/** The operators that decorators stand for. The explorer has one DSL call for each. */
export type OperatorName =
  | 'source'
  | 'table'
  | 'globalTable'
  | 'filter'
  | 'filterNot'
  | 'map'
  | 'mapValues'
  | 'flatMap'
  | 'flatMapValues'
  | 'selectKey'
  | 'peek'
  | 'forEach'
  | 'merge'
  | 'branch'
  | 'defaultBranch'
  | 'count'
  | 'reduce'
  | 'aggregate'
  | 'cogroup'
  | 'join'
  | 'leftJoin'
  | 'outerJoin'
  | 'process'
  | 'processValues'
  | 'asyncMapValues'
  | 'toTable'
  | 'repartition'
  | 'to'
  | 'build';

export type Options = Readonly<Record<string, unknown>>;

/** What a decorator says about a member of a topology: all that it does is to write this down. */
export interface MemberMetadata {
  readonly name: string;
  /** As people write it: `@Filter`. */
  readonly decorator: string;
  readonly operator: OperatorName;
  /** Where the decorator belongs: on a method, which is then the operator's function, or on a property, which only declares its type. */
  readonly on: 'method' | 'property';
  readonly upstreams: readonly Upstream[];
  /** Topics of a source or sink as written: may be a function of the config. */
  readonly topic?: unknown;
  /** Class of the processor that does a property's work. */
  readonly processor?: Type<object>;
  readonly options: Options;
}

const key = Symbol('ouzel:members');

/** Writes a member down, in the order in which the class declares its members. */
export function addMember(target: object, member: MemberMetadata): void {
  const own = (Reflect.getOwnMetadata(key, target.constructor) as MemberMetadata[] | undefined) ?? [];
  Reflect.defineMetadata(key, [...own, member], target.constructor);
}

/** The members of a class, inherited ones first; one that is declared again in a subclass counts there. */
export function membersOf(topology: Type<object>): readonly MemberMetadata[] {
  const own = (Reflect.getOwnMetadata(key, topology) as MemberMetadata[] | undefined) ?? [];
  const parent = Object.getPrototypeOf(topology) as Type<object>;
  const inherited = parent.prototype === undefined ? [] : membersOf(parent);
  const overridden = new Set(own.map(({ name }) => name));
  return [...inherited.filter(({ name }) => !overridden.has(name)), ...own];
}
