import { applyDecorators, Injectable, SetMetadata, type ScopeOptions, type Type } from '@nestjs/common';
import type { StoreBuilder } from '@ouzel/streams';
import type { Configurable } from './options.js';

export interface StreamTopologyOptions {
  /** Begins the names of all nodes. Default: the class name without `Topology`, in kebab-case. Give one before renaming a class: names are state. */
  name?: string;
  /** Which application runs it, where a process has several: the `name` of its OuzelModule. */
  app?: string;
  /** Stores for processors, which name them: `@Process('payments', { stores: ['seen'] })`. */
  stores?: Configurable<readonly StoreBuilder[]>;
}

const key = 'ouzel:topology';
/** Where Nest keeps the scope of a class. */
const scopeKey = 'scope:options';

/** The class is a part of a topology: its decorated members are streams, tables and operators. An ordinary provider otherwise; `@Injectable()` is not needed. */
export function StreamTopology(options: StreamTopologyOptions = {}): ClassDecorator {
  // A scope that `@Injectable()` gave is kept, so that the wrong ones are reported.
  const injectable: ClassDecorator = (type) => Injectable(Reflect.getOwnMetadata(scopeKey, type) as ScopeOptions | undefined)(type);
  return applyDecorators(injectable, SetMetadata(key, options));
}

/** Undefined for a class that is none; a subclass of one is one only when it says so itself. */
export function topologyOptionsOf(candidate: Type<object>): StreamTopologyOptions | undefined {
  return Reflect.getOwnMetadata(key, candidate) as StreamTopologyOptions | undefined;
}
