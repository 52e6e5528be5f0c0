import { applyDecorators, Injectable, SetMetadata, type ScopeOptions, type Type } from '@nestjs/common';
import type { EventType, StoreBuilder } from '@ouzel/streams';
import type { Configurable } from './options.js';

export interface StreamTopologyOptions {
  /**
   * Begins the names of all nodes. Default: the class name without `Topology`, in kebab-case. State is found by these
   * names, so give the old name before you rename the class.
   */
  name?: string;
  /**
   * The application that runs it, where a process has several: the `name` of its OuzelModule. Default: the application
   * without a name.
   */
  app?: string;
  /** Stores for processors, which name them: `@Process('payments', { stores: ['seen'] })`. Default: none. */
  stores?: Configurable<readonly StoreBuilder[]>;
  /**
   * Where records say their type, for `@On`: `{ header }`, or `{ field }` of the value. A source may say it for itself.
   * Default: `{ header: 'event-type' }`.
   */
  eventType?: Configurable<EventType>;
}

const key = 'ouzel:topology';
/** The metadata in which Nest keeps the scope of a class. */
const scopeKey = 'scope:options';

/**
 * The class is a part of the application's topology: its decorated members are streams, tables and operators. It is an
 * ordinary provider otherwise, and needs no `@Injectable()`.
 */
export function StreamTopology(options: StreamTopologyOptions = {}): ClassDecorator {
  // Keeps the scope that `@Injectable()` gave, so that a wrong one is reported.
  const injectable: ClassDecorator = (type) => Injectable(Reflect.getOwnMetadata(scopeKey, type) as ScopeOptions | undefined)(type);
  return applyDecorators(injectable, SetMetadata(key, options));
}

/**
 * Returns the options of a topology, or undefined for another class. A subclass of a topology needs a decorator of its
 * own.
 */
export function topologyOptionsOf(candidate: Type<object>): StreamTopologyOptions | undefined {
  return Reflect.getOwnMetadata(key, candidate) as StreamTopologyOptions | undefined;
}
