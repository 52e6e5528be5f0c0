import {
  flag,
  integer,
  isObject,
  readSettings,
  reader,
  setting,
  text,
  type ConfigOf,
  type Reader,
  type Resolved,
} from '@ouzel/core/settings';

const fields = reader<readonly string[]>('a list of texts', (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '') ? (value as string[]) : undefined,
);

/** The settings of the endpoints about applications. */
export const streamsEndpointSettings = {
  /**
   * The prefix of their paths.
   *
   * @defaultValue 'ouzel'
   */
  path: setting(text, 'ouzel'),
  /**
   * Whether stores may be read: by key, range and window.
   *
   * @defaultValue false
   */
  stores: setting(flag, false),
  /**
   * Whether an application may be paused, resumed, stopped and started, and dead letters may be replayed.
   *
   * @defaultValue false
   */
  actions: setting(flag, false),
  /**
   * Whether keys, values and headers of dropped records and dead letters are shown.
   *
   * @defaultValue false
   */
  payloads: setting(flag, false),
  /**
   * Fields of keys and values that are never shown: a name such as `iban`, or a path such as `card.number`.
   *
   * @defaultValue []
   */
  masked: setting(fields, []),
  /**
   * How many dropped records each application remembers.
   *
   * @defaultValue 100
   */
  droppedRecords: setting(integer(0, 10_000), 100),
};

/** Says what the endpoints about applications show, and what they allow. */
export interface StreamsEndpointOptions extends ConfigOf<typeof streamsEndpointSettings> {}

/** The options with every default filled in. */
export type ResolvedStreamsEndpoints = Resolved<typeof streamsEndpointSettings>;

/** Token of the options of the endpoints of one module. */
export const endpointOptionsToken = 'OUZEL_ENDPOINT_OPTIONS';

/** Reads true, a path, or the options. False: there are no such endpoints. */
export const streamsEndpoints: Reader<boolean | string | StreamsEndpointOptions, ResolvedStreamsEndpoints | false> = {
  form: 'true, false, a path, or an object',
  show: (value) => (value === false ? 'false' : '{}'),
  read: (value, place) => {
    if (value === false) return value;
    const given = value === true ? {} : typeof value === 'string' && value !== '' ? { path: value } : value;
    return isObject(given) ? readSettings(streamsEndpointSettings, given, place) : place.report(`must be ${streamsEndpoints.form}`);
  },
};
