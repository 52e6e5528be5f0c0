import { Inject } from '@nestjs/common';
import { getStoreToken, getStreamsToken } from '../module/tokens.js';

/**
 * Injects the view of a store, whose type is what the store is: `KeyValueStoreView`, `WindowStoreView`, `SessionStoreView`, `VersionedStoreView`. It is there
 * from the beginning; asked before its store is ready, it rejects with a StoreNotAvailableError, which a controller answers with 503 (421 when another
 * instance has the key).
 */
export function InjectStore(store: string, app?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getStoreToken(store, app));
}

/** Injects the handle of an application, an `OuzelStreams`. */
export function InjectStreams(app?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getStreamsToken(app));
}
