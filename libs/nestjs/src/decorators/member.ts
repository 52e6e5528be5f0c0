import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import type { Upstream } from './upstream.js';

/**
 * The operators that decorators stand for. The explorer has one DSL call for each. `fold` is `@Cogroup` on a
 * method, and `onEvent` is `@On` on a method.
 */
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
  | 'mapHeaders'
  | 'peek'
  | 'forEach'
  | 'on'
  | 'onEvent'
  | 'merge'
  | 'branch'
  | 'defaultBranch'
  | 'count'
  | 'reduce'
  | 'aggregate'
  | 'cogroup'
  | 'fold'
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

/** The description of a member of a topology that a decorator leaves. Decorators do nothing else. */
export interface MemberMetadata {
  readonly name: string;
  /** The decorator as it is written: `@Filter`. */
  readonly decorator: string;
  readonly operator: OperatorName;
  /**
   * Where the decorator belongs: on a method, which is then the operator's function, or on a property, which only
   * declares its type.
   */
  readonly on: 'method' | 'property';
  /** True for a member of the class itself, which no topology can have. */
  readonly isStatic: boolean;
  readonly upstreams: readonly Upstream[];
  /** Topics of a source or a sink as they are written. May be a function of the config. */
  readonly topic?: unknown;
  /** The class of the processor, where the member is a property. */
  readonly processor?: Type<object>;
  readonly options: Options;
}

const key = Symbol('ouzel:members');

/** Adds a member to the metadata of its class. Members stay in the order in which the class declares them. */
export function addMember(target: object, name: string | symbol, member: Omit<MemberMetadata, 'name' | 'isStatic'>): void {
  const isStatic = typeof target === 'function';
  const type = isStatic ? target : target.constructor;
  const own = (Reflect.getOwnMetadata(key, type) as MemberMetadata[] | undefined) ?? [];
  Reflect.defineMetadata(key, [...own, { ...member, name: String(name), isStatic }], type);
}

/** Returns the members of a class, inherited ones first. One that is declared again in a subclass counts there. */
export function membersOf(topology: Type<object>): readonly MemberMetadata[] {
  const own = (Reflect.getOwnMetadata(key, topology) as MemberMetadata[] | undefined) ?? [];
  const parent = Object.getPrototypeOf(topology) as Type<object>;
  const inherited = parent.prototype === undefined ? [] : membersOf(parent);
  const overridden = new Set(own.map(({ name }) => name));
  return [...inherited.filter(({ name }) => !overridden.has(name)), ...own];
}
