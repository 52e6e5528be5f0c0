import type { GlobalKTable, KStream, KTable } from '@ouzel/streams';
import { onProperty, type Declared } from './operator.js';
import type { Configurable, GlobalTableOptions, SourceOptions, TableSourceOptions } from './options.js';
import type { Unchecked } from './untyped.js';

/** One topic, several, or a pattern that matches whole names. */
export type Topics = Configurable<string | readonly string[] | RegExp>;

export type PropertyOf<Made> = <T extends object, N extends keyof T & string>(target: T, member: N & Declared<Made, T[N]>) => void;

/**
 * The property is the stream of a topic, of several, or of all whose whole name matches a RegExp. Equal to
 * `builder.stream(topics, options)`. Named topics must exist.
 */
export function Source<K = Unchecked, V = Unchecked>(topics: Topics, options?: SourceOptions<K, V>): PropertyOf<KStream<K, V>> {
  return onProperty('source', [], options, { topic: topics });
}

/**
 * The property is a topic read as a table: the last value of each key, kept in a store. Equal to `builder.table(topic,
 * options)`. The topic must exist.
 */
export function Table<K = Unchecked, V = Unchecked>(
  topic: Configurable<string>,
  options?: TableSourceOptions<K, V>,
): PropertyOf<KTable<K, V>> {
  return onProperty('table', [], options, { topic });
}

/**
 * The property is a topic of which every instance keeps all partitions, for joins by any key and for lookups. Its topic
 * is its backup. Equal to `builder.globalTable(topic, options)`. The topic must exist.
 */
export function GlobalTable<K = Unchecked, V = Unchecked>(
  topic: Configurable<string>,
  options?: GlobalTableOptions<K, V>,
): PropertyOf<GlobalKTable<K, V>> {
  return onProperty('globalTable', [], options, { topic });
}
