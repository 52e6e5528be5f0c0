/** Name of the application of a module without a name. */
export const defaultApp = 'default';

/** A store that some class injects. */
export interface StoreRequest {
  readonly store: string;
  readonly app: string;
}

/**
 * Stores that decorators have asked for so far. Nest needs a provider for each token, and decorators run before modules
 * are scanned. Applications of one process share the list: it says only what was asked for.
 */
const requests = new Map<string, StoreRequest>();

/** Returns the token of the handle of an application: `@Inject(getStreamsToken())`, `app.get(getStreamsToken())`. */
export function getStreamsToken(app: string = defaultApp): string {
  return `OuzelStreams:${app}`;
}

/** Returns the token of the producer of an application, to override it in tests. */
export function getProducerToken(app: string = defaultApp): string {
  return `OuzelProducer:${app}`;
}

/**
 * Returns the token of the options of an application, to override them in tests:
 * `overrideProvider(getOptionsToken()).useValue({ …options, kafka: embedded() })`.
 */
export function getOptionsToken(app: string = defaultApp): string {
  return `OuzelOptions:${app}`;
}

/**
 * Returns the token of the view of a store, to override it in tests:
 * `overrideProvider(getStoreToken('totals')).useValue(fake)`.
 */
export function getStoreToken(store: string, app: string = defaultApp): string {
  const token = `OuzelStore:${app}/${store}`;
  requests.set(token, { store, app });
  return token;
}

export function storeRequests(app: string): readonly (StoreRequest & { readonly token: string })[] {
  return [...requests].filter(([, request]) => request.app === app).map(([token, request]) => ({ token, ...request }));
}

export function storeRequestOf(token: unknown): StoreRequest | undefined {
  return typeof token === 'string' ? requests.get(token) : undefined;
}
