import { Injectable, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { KeyValueStoreView, SessionStoreView, VersionedStoreView, WindowStoreView, type StoreView } from '@ouzel/streams';
import { storeRequestOf } from '../module/tokens.js';
import { faultOf, type DecoratorFault } from './declared-topology.js';
import { closest } from './names.js';

/** What Nest keeps on a class about the tokens of its constructor and its properties. */
const parameterTokens = 'self:paramtypes';
const propertyTokens = 'self:properties_metadata';

const viewTypes: readonly unknown[] = [KeyValueStoreView, WindowStoreView, SessionStoreView, VersionedStoreView];

interface StoreUse {
  readonly type: Type<object>;
  readonly store: string;
  /** The type that stands behind the decorator, as far as it was compiled in. */
  readonly declared: unknown;
}

/** Finds who injects which store: a name that nobody has, or a type that does not fit, would be found out at the first request. */
@Injectable()
export class StoreUses {
  constructor(private readonly modules: ModulesContainer) {}

  /** Who injects a store that is not among those of the application, or as what it is not. */
  faults(app: string, stores: readonly string[], viewOf: (store: string) => StoreView): readonly DecoratorFault[] {
    const known = [...new Set(stores)];
    return this.of(app).flatMap((use) => (known.includes(use.store) ? misfit(use, viewOf(use.store)) : [unknown(use, known)]));
  }

  private of(app: string): readonly StoreUse[] {
    const wrappers = [...this.modules.values()].flatMap(({ providers, controllers }) => [...providers.values(), ...controllers.values()]);
    return wrappers.flatMap(({ metatype, inject }) => {
      if (typeof metatype !== 'function') return [];
      const type = metatype as Type<object>;
      return [...injectedInto(type), ...(inject ?? []).map((token) => ({ token, declared: undefined }))].flatMap(({ token, declared }) => {
        const request = storeRequestOf(token);
        return request?.app === app ? [{ type, store: request.store, declared }] : [];
      });
    });
  }
}

function unknown({ type, store }: StoreUse, known: readonly string[]): DecoratorFault {
  const near = closest(store, known);
  const help = near === undefined ? `There is: ${known.length === 0 ? 'none' : known.join(', ')}.` : `Did you mean "${near}"?`;
  return faultOf(type, undefined, `injects store "${store}", which no topology has`, help);
}

function misfit({ type, store, declared }: StoreUse, view: StoreView): readonly DecoratorFault[] {
  if (!viewTypes.includes(declared) || view instanceof (declared as Type<object>)) return [];
  const fitting = viewTypes.find((viewType) => view instanceof (viewType as Type<object>)) as Type<object>;
  const what = `injects store "${store}" as ${(declared as Type<object>).name}, which it is not`;
  return [faultOf(type, undefined, what, `Its type is ${fitting.name}.`)];
}

function injectedInto(type: Type<object>): readonly { readonly token: unknown; readonly declared: unknown }[] {
  const parameters = (Reflect.getMetadata(parameterTokens, type) ?? []) as readonly { readonly index: number; readonly param: unknown }[];
  const properties = (Reflect.getMetadata(propertyTokens, type) ?? []) as readonly { readonly key: string; readonly type: unknown }[];
  const parameterTypes = (Reflect.getMetadata('design:paramtypes', type) ?? []) as readonly unknown[];
  return [
    ...parameters.map(({ index, param }) => ({ token: param, declared: parameterTypes[index] })),
    ...properties.map(({ key, type: token }) => ({
      token,
      declared: Reflect.getMetadata('design:type', type.prototype as object, key) as unknown,
    })),
  ];
}
