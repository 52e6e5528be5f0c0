/** Name of the application of an OuzelModule that was given none. */
export const defaultApp = 'default';

/** A store that someone injects. */
export interface StoreRequest {
  readonly store: string;
  readonly app: string;
}

/**
 * Stores that were asked for by any decorator so far: Nest needs a provider per token, and decorators run before modules are scanned. It says only what has
 * been asked for, so that applications of one process can share it.
 */
const requests = new Map<string, StoreRequest>();

/** Token of the handle of an application: `@Inject(getStreamsToken())`, `app.get(getStreamsToken())`. */
export function getStreamsToken(app: string = defaultApp): string {
  return `OuzelStreams:${app}`;
}

/** Token of the view of a store, to be overridden in tests: `overrideProvider(getStoreToken('totals')).useValue(fake)`. */
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
