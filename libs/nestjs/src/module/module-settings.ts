import {
  anything,
  duration,
  flag,
  group,
  isObject,
  optional,
  readSettings,
  reader,
  setting,
  text,
  type ConfigOf,
  type Reader,
  type Resolved,
} from '@ouzel/core/settings';
import type { SerdesByTopic } from '@ouzel/streams';
import { streamsEndpoints } from '../endpoints/endpoint-settings.js';
import { metricsSettings, type MetricsOptions } from '../metrics/metrics-options.js';

const serdesByTopic = reader<SerdesByTopic>(
  'serdes by topic, { payment: { key, value } }',
  (value) => (isObject(value) && Object.values(value).every(areSerdes) ? (value as SerdesByTopic) : undefined),
  () => '{}',
);

function areSerdes(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Object.entries(value).every(
    ([part, serde]) =>
      ['key', 'value'].includes(part) && (serde === undefined || (isObject(serde) && typeof serde.serialize === 'function')),
  );
}

/** The settings of a module besides those of a client. */
export const moduleSettings = {
  /** Argument of functions in decorators: `@Source((config) => config.topics.payment)`. */
  config: optional(anything),
  /**
   * Whether the client starts with the application. False: you call `OuzelStreams.start()`.
   *
   * @defaultValue true
   */
  autoStart: setting(flag, true),
  /**
   * Serdes of topics that `@InjectProducer()` writes, by the topics' names. Others are written as the topology reads or
   * writes them.
   *
   * @defaultValue {}
   */
  topics: setting(serdesByTopic, {}),
  /**
   * Whether each start removes the local state before, which is then restored from Kafka.
   *
   * @defaultValue false
   */
  cleanUpOnStart: setting(flag, false),
  /**
   * Whether each close removes the local state afterwards.
   *
   * @defaultValue false
   */
  cleanUpOnStop: setting(flag, false),
  /**
   * How long closing may take. What is not committed by then is read again.
   *
   * @defaultValue 10s
   */
  shutdownTimeout: setting(duration(), 10_000),
  /**
   * How long a restore may stand still before liveness fails.
   *
   * @defaultValue 5m
   */
  stallTimeout: setting(duration(1), 300_000),
  /**
   * What is measured, and how metrics are registered.
   *
   * @defaultValue {}
   */
  metrics: group<MetricsOptions, typeof metricsSettings>(metricsSettings),
};

const path: Reader<string | false, string | false> = reader(
  'a path, or false',
  (value) => (value === false || (typeof value === 'string' && value !== '') ? value : undefined),
  (value) => (value === false ? 'false' : `'${value}'`),
);

const decorators = reader<readonly ClassDecorator[]>('a list of class decorators', (value) =>
  Array.isArray(value) && value.every((decorator) => typeof decorator === 'function') ? (value as ClassDecorator[]) : undefined,
);

export const endpointSettings = {
  /**
   * Path of `live`, `ready` and `startup`. False: there are none.
   *
   * @defaultValue 'health'
   */
  health: setting(path, 'health'),
  /**
   * Path of the metrics in Prometheus' format. False: there is none.
   *
   * @defaultValue 'metrics'
   */
  metrics: setting(path, 'metrics'),
  /**
   * Endpoints about the applications of the process: topology, tasks, lag, stores, events. True: under `ouzel`. False:
   * there are none.
   *
   * @defaultValue false
   */
  streams: setting(streamsEndpoints, false),
  /**
   * Decorators of the controllers: guards such as `UseGuards(AdminGuard)`, or the mark that lets them past a global
   * one.
   *
   * @defaultValue []
   */
  decorators: setting(decorators, []),
  /**
   * Whether guards are asked before health and metrics are shown: the global ones of the application, and those among
   * `decorators`. False: probes and Prometheus get in without.
   *
   * @defaultValue true
   */
  guards: setting(flag, true),
};

/** Where the endpoints are, and what guards them. */
export interface EndpointOptions extends ConfigOf<typeof endpointSettings> {}

const endpoints: Reader<EndpointOptions | false, Resolved<typeof endpointSettings> | false> = {
  form: 'an object, or false',
  show: () => '{}',
  nested: endpointSettings,
  read: (value, place) => {
    if (value === false) return value;
    return isObject(value) ? readSettings(endpointSettings, value, place) : place.report(`must be ${endpoints.form}`);
  },
};

/** Settings that must be known before the options, which may come from a factory. They stand beside `useFactory`. */
export const extraSettings = {
  /** Name of the application, where a process has several. Topologies, stores and handles say to which they belong. */
  name: optional(text),
  /**
   * Endpoints for health and metrics of all applications of the process. False: there are none. Where several modules
   * have no `endpoints`, there is one set of them; where any module has, it decides.
   *
   * @defaultValue {}
   */
  endpoints: optional(endpoints),
};
