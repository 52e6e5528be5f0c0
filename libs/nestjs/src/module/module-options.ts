import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { Duration, StreamsConfig } from '@ouzel/streams';
import type { MetricsOptions } from '../metrics/metrics-options.js';

/** Options of one application: the configuration of the engine, and what is Nest's. */
export type OuzelModuleOptions = StreamsConfig & {
  /** What functions in decorators are given: `@Source((config) => config.topics.payment)`. */
  readonly config?: unknown;
  /** False: you call `OuzelStreams.start()`. Default: true. */
  readonly autoStart?: boolean;
  /** How long closing may take before what is not committed is abandoned, to be read again. Default: 10s. */
  readonly shutdownTimeout?: Duration;
  readonly metrics?: MetricsOptions;
  /** How long a restore may stand still before liveness fails. Default: 5m. */
  readonly stallTimeout?: Duration;
};

/** The part of the options that is the engine's. */
export function engineConfig({
  config: _config,
  autoStart: _autoStart,
  shutdownTimeout: _shutdownTimeout,
  metrics: _metrics,
  stallTimeout: _stallTimeout,
  ...engine
}: OuzelModuleOptions): StreamsConfig {
  return engine;
}

export interface EndpointOptions {
  /** Path of `live`, `ready` and `startup`. Default: health. False: none. */
  health?: string | false;
  /** Path of the metrics in Prometheus' format. Default: metrics. False: none. */
  metrics?: string | false;
  /** Put on the controllers: guards (`UseGuards(AdminGuard)`), or the mark that lets them past a global one. */
  decorators?: readonly ClassDecorator[];
}

/** What has to be known before the options are, which may come from a factory. */
export interface OuzelModuleExtras {
  /** For several applications in one process: topologies, stores and handles say which they belong to. */
  name?: string;
  /** False: none. They speak for all applications of the process; by default the module without name provides them. */
  endpoints?: EndpointOptions | false;
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
