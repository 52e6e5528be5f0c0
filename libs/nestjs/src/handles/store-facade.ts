import { OuzelError, type StoreView } from '@ouzel/streams';
import { withNestStoreErrors } from '../http/nest-store-errors.js';

type Method = (...parameters: readonly unknown[]) => unknown;

/** Properties that Nest and promises look for on every provider. A view has none of them. */
const foreign: readonly string[] = [
  'then',
  'onModuleInit',
  'onModuleDestroy',
  'onApplicationBootstrap',
  'onApplicationShutdown',
  'beforeApplicationShutdown',
];

/**
 * Returns a view that finds its store when one of its methods is called. It is injected before the topology is
 * assembled, when not even the kind of the store is known, so it has a method for every name. While the store is not
 * available, a call fails with an HttpException.
 */
export function storeFacade(name: string, view: () => StoreView): StoreView {
  const call =
    (method: string): Method =>
    (...parameters) => {
      const store = view();
      const own = (store as StoreView & Readonly<Record<string, Method | undefined>>)[method];
      if (typeof own !== 'function') {
        throw new OuzelError('OUZEL_STORE_UNKNOWN', {
          what: `store "${name}" is of another kind: it has no method ${method}`,
          help: 'Inject it by the type that fits its operator.',
        });
      }
      return withNestStoreErrors(() => own.apply(store, parameters as unknown[]));
    };
  const methods = new Map<string, Method>();
  return new Proxy(
    { name },
    {
      get(facade, property, receiver) {
        if (typeof property === 'symbol' || property in facade) return Reflect.get(facade, property, receiver) as unknown;
        if (foreign.includes(property)) return undefined;
        let method = methods.get(property);
        if (method === undefined) methods.set(property, (method = call(property)));
        return method;
      },
    },
  );
}
