import { Inject } from '@nestjs/common';
import { getProducerToken, getStoreToken, getStreamsToken } from '../handles/tokens.js';

/**
 * Injects the view of a store. Declare the parameter with the type that fits: `KeyValueStoreView`, `WindowStoreView`,
 * `SessionStoreView` or `VersionedStoreView`. The view exists from the beginning. Its methods reject with a
 * StoreNotAvailableError while the store is not ready; a controller turns that into a 503, or a 421 where another
 * instance has the key.
 */
export function InjectStore(store: string, app?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getStoreToken(store, app));
}

/** Injects the handle of an application, an `OuzelStreams`. Default: that of the application without a name. */
export function InjectStreams(app?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getStreamsToken(app));
}

/**
 * Injects the producer of an application, a `RecordProducer`. Records are written with the serdes of the topology, of the
 * module's `topics`, or of the call. It can be used once the topology is assembled, connects with the first record, and
 * closes when the last request of the Nest application is done. Default: that of the application without a name.
 */
export function InjectProducer(app?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getProducerToken(app));
}
