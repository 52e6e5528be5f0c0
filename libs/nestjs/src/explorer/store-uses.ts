import { Injectable, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { storeRequestOf } from '../module/tokens.js';
import { faultOf, type DecoratorFault } from './declared-topology.js';
import { closest } from './names.js';

/** What Nest keeps on a class about the tokens of its constructor and its properties. */
const parameterTokens = 'self:paramtypes';
const propertyTokens = 'self:properties_metadata';

interface StoreUse {
  readonly type: Type<object>;
  readonly store: string;
}

/** Finds who injects which store: a name that nobody has would be found out at the first request. */
@Injectable()
export class StoreUses {
  constructor(private readonly modules: ModulesContainer) {}

  /** Who injects a store that is not among those of the application. */
  faults(app: string, stores: readonly string[]): readonly DecoratorFault[] {
    const known = [...new Set(stores)];
    return this.of(app)
      .filter(({ store }) => !known.includes(store))
      .map(({ type, store }) => {
        const near = closest(store, known);
        const help = near === undefined ? `There is: ${known.length === 0 ? 'none' : known.join(', ')}.` : `Did you mean "${near}"?`;
        return faultOf(type, undefined, `injects store "${store}", which no topology has`, help);
      });
  }

  private of(app: string): readonly StoreUse[] {
    const wrappers = [...this.modules.values()].flatMap(({ providers, controllers }) => [...providers.values(), ...controllers.values()]);
    return wrappers.flatMap(({ metatype, inject }) => {
      if (typeof metatype !== 'function') return [];
      const type = metatype as Type<object>;
      return [...tokensOf(type), ...(inject ?? [])].flatMap((token) => {
        const request = storeRequestOf(token);
        return request?.app === app ? [{ type, store: request.store }] : [];
      });
    });
  }
}

function tokensOf(type: Type<object>): readonly unknown[] {
  const parameters = (Reflect.getMetadata(parameterTokens, type) ?? []) as readonly { readonly param: unknown }[];
  const properties = (Reflect.getMetadata(propertyTokens, type) ?? []) as readonly { readonly type: unknown }[];
  return [...parameters.map(({ param }) => param), ...properties.map(({ type: token }) => token)];
}
