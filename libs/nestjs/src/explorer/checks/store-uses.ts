import { Injectable, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { KeyValueStoreView, SessionStoreView, VersionedStoreView, WindowStoreView, type StoreView } from '@ouzel/streams';
import { storeRequestOf } from '../../module/tokens.js';
import { classFault, type DecoratorFault } from '../decorator-error.js';
import { helpFor } from '../names.js';

/** Metadata that Nest keeps on a class: the tokens of its constructor's parameters, and those of its properties. */
const parameterTokens = 'self:paramtypes';
const propertyTokens = 'self:properties_metadata';

const viewTypes: readonly unknown[] = [KeyValueStoreView, WindowStoreView, SessionStoreView, VersionedStoreView];

interface StoreUse {
  readonly type: Type<object>;
  readonly store: string;
  /** The type of the parameter or property, as far as the compiler has written it down. */
  readonly declared: unknown;
}

/** Finds the classes that inject stores, so that a wrong name or type is found at boot and not at the first request. */
@Injectable()
export class StoreUses {
  constructor(private readonly modules: ModulesContainer) {}

  /**
   * Returns a fault for every class that injects a store which the application does not have, or that declares it with
   * a type that does not fit.
   */
  faults(app: string, stores: readonly string[], viewOf: (store: string) => StoreView): readonly DecoratorFault[] {
    const known = [...new Set(stores)];
    return this.usesOf(app).flatMap((use) => (known.includes(use.store) ? wrongType(use, viewOf(use.store)) : [unknownStore(use, known)]));
  }

  private usesOf(app: string): readonly StoreUse[] {
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

function unknownStore({ type, store }: StoreUse, known: readonly string[]): DecoratorFault {
  const help = helpFor(store, known, 'No topology has a store.');
  return classFault(type, `injects store "${store}", which no topology has`, help);
}

function wrongType({ type, store, declared }: StoreUse, view: StoreView): readonly DecoratorFault[] {
  if (!viewTypes.includes(declared) || view instanceof (declared as Type<object>)) return [];
  const fitting = viewTypes.find((viewType) => view instanceof (viewType as Type<object>)) as Type<object>;
  const what = `injects store "${store}" as ${(declared as Type<object>).name}, which it is not`;
  return [classFault(type, what, `Its type is ${fitting.name}.`)];
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
