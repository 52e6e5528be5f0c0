import type { ConfigOf, Resolved } from '@ouzel/core/settings';
import type { streamsSettings } from './settings/index.js';

/**
 * Settings by their names in Kafka, such as `'commit.interval.ms'`, as Java's properties have them. See
 * `fromKafkaProperties`.
 */
export type KafkaProperties = { readonly [name: `${string}.${string}`]: unknown };

/**
 * Configuration of a client. Durations are milliseconds or texts such as '10s'. A setting may also be given by its name
 * in Kafka; where both are there, the one in camelCase counts.
 */
export interface StreamsConfig extends ConfigOf<typeof streamsSettings>, KafkaProperties {}

/** A configuration that need not be complete: what `StreamsBuilder` and the test driver take. */
export type TopologyConfig = Partial<StreamsConfig>;

/** A configuration with every value checked and every default filled in. Durations are milliseconds. */
export interface ResolvedConfig extends Resolved<typeof streamsSettings> {}
