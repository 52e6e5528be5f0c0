import { ConfigurableModuleBuilder, type ConfigurableModuleAsyncOptions, type Provider } from '@nestjs/common';
import { isObject, type ConfigOf, type Resolved } from '@ouzel/core/settings';
import {
  hideSecrets,
  resolveConfigWith,
  streamsSettings,
  type Fault,
  type KafkaConfig,
  type KafkaConnection,
  type ResolvedConfig,
  type SaslConfig,
  type StreamsConfig,
} from '@ouzel/streams';
import { extraSettings, moduleSettings } from './module-settings.js';

/** Options of one application: the configuration of its client, and what is Nest's. */
export interface OuzelModuleOptions extends Omit<StreamsConfig, 'metrics'>, ConfigOf<typeof moduleSettings> {}

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
  const faults = [...before, ...faultsOfLateExtras(options), ...faultsOfGuards(extras)];
  const resolved = resolveConfigWith({ ...moduleSettings, ...extraSettings }, { ...options, ...extras }, faults);
  const { level } = resolved.metrics;
  const client = { ...Object.fromEntries(Object.entries(resolved).filter(([key]) => key in streamsSettings)), metrics: { level } };
  // It has exactly the keys of a client's table.
  return { ...resolved, client: client as unknown as ResolvedConfig };
}

/**
 * Nest takes these settings out of options that are passed to the module, so what is left of them came from a factory.
 */
function faultsOfLateExtras(options: OuzelModuleOptions & OuzelModuleExtras): Fault[] {
  const late = (['name', 'endpoints'] as const).filter((where) => options[where] !== undefined);
  return late.map((where) => ({ where, what: 'is known too late when a factory returns it', help: 'Put it beside `useFactory`' }));
}

/** Open endpoints ask no guard: one that a user puts on them would seem to work, and would not. */
function faultsOfGuards({ endpoints }: OuzelModuleExtras): Fault[] {
  if (!isObject(endpoints) || endpoints.guards !== false || !Array.isArray(endpoints.decorators)) return [];
  class Guarded {}
  for (const decorate of endpoints.decorators as unknown[]) if (typeof decorate === 'function') (decorate as ClassDecorator)(Guarded);
  if (!Reflect.hasMetadata('__guards__', Guarded)) return [];
  return [{ where: 'endpoints.guards', what: 'is false, and `decorators` has guards', help: 'Leave out one of the two' }];
}

export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: optionsToken,
  OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<OuzelModuleOptions>({ moduleName: 'Ouzel' })
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createOuzelOptions')
  .setExtras<OuzelModuleExtras>({ name: undefined, endpoints: undefined }, (definition) => definition)
  .build();

/** Keys of every member of a union. */
export type AllKeys<T> = T extends unknown ? keyof T : never;

/** Names that are no settings. */
export type OtherNames<Given, Known> = Exclude<AllKeys<Given>, AllKeys<Known>>;

/** Accepts no names but those of the settings. Names that are none get a type that no value has. */
export type NoOtherNames<Given, Known> = [OtherNames<Given, Known>] extends [never]
  ? unknown
  : { readonly [K in OtherNames<Given, Known>]: never };

/**
 * Options that a factory returns, without names that are none. The compiler looks for such names in an object that is
 * passed to a function, and not in one that a function returns.
 */
export type KnownOptions<T> = NoOtherNames<T, OuzelModuleOptions> & {
  readonly [K in Extract<keyof T, 'producer' | 'consumer' | 'metrics'>]?: NoOtherNames<T[K], NonNullable<OuzelModuleOptions[K]>>;
} & (T extends { readonly kafka: infer Kafka }
    ? Kafka extends KafkaConnection
      ? unknown
      : { readonly kafka: NoOtherNames<Kafka, KafkaConfig> & NestedOf<Kafka, 'sasl', SaslConfig> }
    : unknown);

/** Accepts no names but those of the settings in the object of this name, where it is given. */
export type NestedOf<T, Name extends string, Known> =
  T extends Readonly<Record<Name, infer Given>> ? Readonly<Record<Name, NoOtherNames<Given, Known>>> : unknown;

/** Options that come from a factory, or from a class that makes them, and what must be known before. */
export interface OuzelModuleAsyncOptions<T extends OuzelModuleOptions>
  extends Omit<ConfigurableModuleAsyncOptions<OuzelModuleOptions, 'createOuzelOptions'>, 'useFactory'>, OuzelModuleExtras {
  /** Returns the options. Called with the providers that `inject` names. */
  readonly useFactory?: (
    ...dependencies: Parameters<NonNullable<ConfigurableModuleAsyncOptions<OuzelModuleOptions>['useFactory']>>
  ) => Promise<T & KnownOptions<T>> | (T & KnownOptions<T>);
}

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
