import { Injectable, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { OuzelError, StoreView } from '@ouzel/streams';
import { storeRequestOf } from '../../handles/tokens.js';
import { classFault, type DecoratorFault } from '../decorator-error.js';
import { helpFor } from '../names.js';

/** Metadata that Nest keeps on a class: the tokens of its constructor's parameters, and those of its properties. */
const parameterTokens = 'self:paramtypes';
const propertyTokens = 'self:properties_metadata';

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
    return this.usesOf(app).flatMap((use) =>
      known.includes(use.store) ? wrongType(use, () => viewOf(use.store)) : [unknownStore(use, known)],
    );
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
  if (typeof store !== 'string' || store === '')
    return classFault(type, 'injects a store without a name', "Name it: @InjectStore('totals').");
  const help = helpFor(store, known, 'No topology has a store.');
  return classFault(type, `injects store "${store}", which no topology has`, help);
}

/** Checks the declared type where it is a class of views. An interface does not exist at run time. */
function wrongType({ type, store, declared }: StoreUse, viewOf: () => StoreView): readonly DecoratorFault[] {
  const view = viewOrError(viewOf);
  if (view instanceof OuzelError)
    return [classFault(type, `injects store "${store}": ${view.what}`, view.help ?? 'Inject the store of an operator.')];
  if (!isViewType(declared) || view instanceof declared) return [];
  const what = `injects store "${store}" as ${declared.name}, which it is not`;
  return [classFault(type, what, `Its type is ${publicTypeOf(view)}.`)];
}

function viewOrError(viewOf: () => StoreView): StoreView | OuzelError {
  try {
    return viewOf();
  } catch (thrown) {
    if (thrown instanceof OuzelError) return thrown;
    throw thrown;
  }
}

function isViewType(declared: unknown): declared is Type<StoreView> {
  return typeof declared === 'function' && declared.prototype instanceof StoreView;
}

/** Returns the name of the class right below StoreView: the type that services inject. */
function publicTypeOf(view: StoreView): string {
  let type: { readonly name: string } = view.constructor;
  for (let above: unknown = Object.getPrototypeOf(type); above !== StoreView; above = Object.getPrototypeOf(above))
    type = above as typeof type;
  return type.name;
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
