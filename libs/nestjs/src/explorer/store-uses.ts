import { Injectable, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { storeRequestOf } from '../module/tokens.js';

/** What Nest keeps on a class about the tokens of its constructor and its properties. */
const parameterTokens = 'self:paramtypes';
const propertyTokens = 'self:properties_metadata';

export interface StoreUse {
  readonly type: Type<object>;
  readonly store: string;
}

/** Finds who injects which store, so that a name that nobody has is known at boot. */
@Injectable()
export class StoreUses {
  constructor(private readonly modules: ModulesContainer) {}

  of(app: string): readonly StoreUse[] {
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
