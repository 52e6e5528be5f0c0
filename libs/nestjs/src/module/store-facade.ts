import { OuzelError, type StoreView } from '@ouzel/streams';

/** Everything that a view of any kind can be asked. */
const methods = [
  'get',
  'range',
  'all',
  'prefixScan',
  'approximateNumEntries',
  'fetch',
  'fetchRange',
  'fetchAll',
  'fetchSession',
  'findSessions',
] as const;

/** A view that finds its store when it is asked: it is injected before the topology is assembled, so that not even the kind of the store is known. */
export function storeFacade(name: string, view: () => StoreView): StoreView {
  const ask = (method: string) => {
    return (...args: unknown[]): unknown => {
      // Of which kind it is shows only now: a method that it lacks is told below.
      const store = view() as unknown as Record<string, ((...args: unknown[]) => unknown) | undefined>;
      const own = store[method];
      if (own === undefined)
        throw new OuzelError('OUZEL_STORE_UNKNOWN', {
          what: `store "${name}" is of another kind: it has no ${method}`,
          help: 'Inject it by the type that fits its operator.',
        });
      return own.apply(store, args);
    };
  };
  // It has the methods of all kinds, and is typed as what was injected.
  return { name, ...Object.fromEntries(methods.map((method) => [method, ask(method)])) } as unknown as StoreView;
}
