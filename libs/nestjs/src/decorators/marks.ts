import 'reflect-metadata';
import type { Type } from '@nestjs/common';

/** The decorators that add something to a method. They do not make it a member of a topology. */
export type MarkKind = 'retry' | 'punctuate' | 'value' | HandlerKind;

/** The decorators of methods that hear of, or decide about, what happens in an application. */
export type HandlerKind =
  'onDropped' | 'onDeserializationError' | 'onProcessingError' | 'onProductionError' | 'onStateChange' | 'onRestore' | 'onUncaughtError';

/** The metadata that such a decorator writes. Decorators do nothing else. */
export interface Mark {
  readonly kind: MarkKind;
  /** The name of the method. */
  readonly name: string;
  /** The decorator as it is written: `@Retry`. */
  readonly decorator: string;
  readonly isStatic: boolean;
  /** The function that is decorated. Undefined where the decorator is not on a method. */
  readonly method: unknown;
  /** The arguments of the decorator. */
  readonly given: unknown;
  /** Options of the decorator, where it has some besides what it is given. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The parameter that is decorated, counted from 0. */
  readonly parameter?: number;
}

const key = Symbol('ouzel:marks');

/** Adds a mark to the metadata of its class. */
export function addMark(target: object, name: string | symbol | undefined, mark: Omit<Mark, 'name' | 'isStatic' | 'method'>): void {
  const isStatic = typeof target === 'function';
  const type = isStatic ? target : target.constructor;
  const own = (Reflect.getOwnMetadata(key, type) as Mark[] | undefined) ?? [];
  const method: unknown = name === undefined ? undefined : Object.getOwnPropertyDescriptor(target, name)?.value;
  Reflect.defineMetadata(key, [...own, { ...mark, name: String(name ?? 'constructor'), isStatic, method }], type);
}

/**
 * Returns the marks of a class, inherited ones first. As with Nest's decorators, a method that a subclass overrides has
 * only the marks that it gets there.
 */
export function marksOf(type: Type<object>): readonly Mark[] {
  const own = (Reflect.getOwnMetadata(key, type) as Mark[] | undefined) ?? [];
  const parent = Object.getPrototypeOf(type) as Type<object>;
  const inherited = parent.prototype === undefined ? [] : marksOf(parent);
  return [...inherited.filter(({ name }) => !Object.hasOwn(type.prototype as object, name)), ...own];
}
