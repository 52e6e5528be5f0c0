import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { defaultApp, getProducerToken, getStreamsToken, storeRequests } from './tokens.js';
import { OuzelStreams } from './ouzel-streams.js';

/**
 * Provides the handle, the producer and the store views of one application to every module, so that a feature need not import
 * OuzelModule to inject a store.
 */
@Module({})
export class OuzelHandlesModule {
  static of(app: string): DynamicModule {
    const handle: Provider = { provide: getStreamsToken(app), useFactory: () => new OuzelStreams(app) };
    const byClass: Provider[] = app === defaultApp ? [{ provide: OuzelStreams, useExisting: getStreamsToken(app) }] : [];
    const producer: Provider = {
      provide: getProducerToken(app),
      useFactory: (streams: OuzelStreams) => streams.producer,
      inject: [getStreamsToken(app)],
    };
    const stores = () =>
      storeRequests(app).map(({ token, store }): Provider => ({
        provide: token,
        useFactory: (streams: OuzelStreams) => streams.store(store),
        inject: [getStreamsToken(app)],
      }));
    // Read when Nest scans the module: by then every class that injects a store has been loaded, in whatever order
    // files import each other.
    const all = () => [handle, producer, ...byClass, ...stores()];
    return {
      module: OuzelHandlesModule,
      global: true,
      get providers() {
        return all();
      },
      get exports() {
        return all().map((provider) => (provider as { provide: string }).provide);
      },
    };
  }
}
