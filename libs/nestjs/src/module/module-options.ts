import { ConfigurableModuleBuilder, type Provider } from '@nestjs/common';
import type { ConfigOf, Resolved } from '@ouzel/core/settings';
import { hideSecrets, resolveConfigWith, streamsSettings, type Fault, type ResolvedConfig, type StreamsConfig } from '@ouzel/streams';
import { extraSettings, moduleSettings } from './module-settings.js';

/** Options of one application: the configuration of its client, and what is Nest's. */
export interface OuzelModuleOptions extends StreamsConfig, ConfigOf<typeof moduleSettings> {}

/** Settings that must be known before the options, which may come from a factory. */
export interface OuzelModuleExtras extends ConfigOf<typeof extraSettings> {}

/** Options of one application with every value checked and every default filled in. Durations are milliseconds. */
export interface ResolvedModuleOptions extends Resolved<typeof moduleSettings> {
  /** The part that is the client's. */
  readonly client: ResolvedConfig;
}

/**
 * Throws OUZEL_CONFIG with all faults: of the options, of what stands beside a factory, and those that were found
 * before.
 */
export function resolveModuleOptions(
  options: OuzelModuleOptions,
  extras: OuzelModuleExtras,
  before: readonly Fault[],
): ResolvedModuleOptions {
  const resolved = resolveConfigWith({ ...moduleSettings, ...extraSettings }, { ...options, ...extras }, before);
  const client = Object.fromEntries(Object.entries(resolved).filter(([key]) => key in streamsSettings));
  // It has exactly the keys of a client's table.
  return { ...resolved, client: client as unknown as ResolvedConfig };
}

export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: optionsToken,
  OPTIONS_TYPE,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<OuzelModuleOptions>({ moduleName: 'Ouzel' })
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createOuzelOptions')
  .setExtras<OuzelModuleExtras>({ name: undefined, endpoints: undefined }, (definition) => definition)
  .build();

/** Token of what stands beside the options: the name, and the endpoints. */
export const extrasToken = 'OUZEL_MODULE_EXTRAS';

/**
 * Returns the provider of the options in a form whose secrets no print shows. A factory that returns nothing gives
 * empty options, whose faults are reported.
 */
export function withSecretsHidden(provider: Provider<OuzelModuleOptions>): Provider<OuzelModuleOptions> {
  if ('useValue' in provider) return { ...provider, useValue: hideSecrets(provider.useValue ?? {}) };
  if (!('useFactory' in provider)) return provider;
  const { useFactory } = provider;
  return { ...provider, useFactory: async (...dependencies: unknown[]) => hideSecrets((await useFactory(...dependencies)) ?? {}) };
}
