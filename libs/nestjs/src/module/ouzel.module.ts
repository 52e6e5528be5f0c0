import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ApplicationLifecycle } from './application-lifecycle.js';
import {
  ConfigurableModuleClass,
  extrasToken,
  OPTIONS_TYPE,
  optionsToken,
  withSecretsHidden,
  type OuzelModuleAsyncOptions,
  type OuzelModuleExtras,
  type OuzelModuleOptions,
} from './module-options.js';
import { OuzelCoreModule } from './ouzel-core.module.js';
import { OuzelEndpointsModule } from './ouzel-endpoints.module.js';
import { OuzelHandlesModule } from '../handles/ouzel-handles.module.js';
import { OuzelStreams } from '../handles/ouzel-streams.js';
import { defaultApp, getOptionsToken, getStreamsToken } from '../handles/tokens.js';

/**
 * Runs the topologies that the providers of the application declare with `@StreamTopology()`, wherever they are
 * provided.
 *
 * ```ts
 * OuzelModule.forRoot({ applicationId: 'payments', kafka: { brokers: ['localhost:9092'] } })
 * OuzelModule.forRootAsync({ inject: [ConfigService], useFactory: (config: ConfigService) => ({ …, config }) })
 * // One more application in the process: @StreamTopology({ app: 'audit' }), @InjectStore('seen', 'audit')
 * OuzelModule.forRoot({ name: 'audit', … })
 * ```
 *
 * Boot fails with all faults of the decorators (OUZEL_DECORATOR), of the configuration (OUZEL_CONFIG) or of the topics.
 * A Kafka that does not respond is no fault: the application starts, and readiness reports it.
 */
@Module({})
export class OuzelModule extends ConfigurableModuleClass {
  static override forRoot(options: typeof OPTIONS_TYPE): DynamicModule {
    return moduleOf(super.forRoot(options), options);
  }

  static override forRootAsync<T extends OuzelModuleOptions>(options: OuzelModuleAsyncOptions<T>): DynamicModule {
    return moduleOf(super.forRootAsync(options), options);
  }
}

function moduleOf(configured: DynamicModule, extras: OuzelModuleExtras): DynamicModule {
  const { name = defaultApp, endpoints } = extras;
  return {
    ...configured,
    imports: [...(configured.imports ?? []), OuzelCoreModule, OuzelHandlesModule.of(name), ...OuzelEndpointsModule.of(endpoints)],
    providers: [
      ...(configured.providers ?? []).flatMap((provider) => (isOptions(provider) ? optionsOf(name, provider) : [provider])),
      { provide: extrasToken, useValue: { name: extras.name, endpoints: extras.endpoints } },
      { provide: OuzelStreams, useExisting: getStreamsToken(name) },
      ApplicationLifecycle,
    ],
  };
}

/** Provides the options by the token of the application too, by which tests override them. */
function optionsOf(name: string, provider: Provider<OuzelModuleOptions>): Provider[] {
  const named = { ...withSecretsHidden(provider), provide: getOptionsToken(name) } as Provider;
  return [named, { provide: optionsToken, useExisting: getOptionsToken(name) }];
}

function isOptions(provider: Provider): provider is Provider<OuzelModuleOptions> {
  return typeof provider === 'object' && provider.provide === optionsToken;
}
