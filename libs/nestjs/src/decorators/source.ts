import type { GlobalKTable, KStream, KTable } from '@ouzel/streams';
import { onProperty, type Declared } from './operator.js';
import type { Configurable, GlobalTableOptions, SourceOptions, TableSourceOptions } from './options.js';

export type Topics = Configurable<string | readonly string[] | RegExp>;

type StreamProperty<K, V> = <T extends object, N extends keyof T & string>(target: T, member: N & Declared<KStream<K, V>, T[N]>) => void;
type TableProperty<K, V> = <T extends object, N extends keyof T & string>(target: T, member: N & Declared<KTable<K, V>, T[N]>) => void;
type GlobalTableProperty<K, V> = <T extends object, N extends keyof T & string>(
  target: T,
  member: N & Declared<GlobalKTable<K, V>, T[N]>,
) => void;

/** The property is the stream of a topic, of several, or of those whose whole name a RegExp matches. Equal to `builder.stream(topics, options)`. The topics must exist. */
export function Source<K = any, V = any>(topics: Topics, options?: SourceOptions<K, V>): StreamProperty<K, V> {
  return onProperty('source', [], options, { topic: topics });
}

/** The property is a topic read as table: the last value of each key, kept in a store. Equal to `builder.table(topic, options)`. The topic must exist. */
export function Table<K = any, V = any>(topic: Configurable<string>, options?: TableSourceOptions<K, V>): TableProperty<K, V> {
  return onProperty('table', [], options, { topic });
}

/**
 * The property is a topic of which every instance keeps all partitions: for joins by any key, and for lookups. Its topic is its backup. Equal to
 * `builder.globalTable(topic, options)`. The topic must exist.
 */
export function GlobalTable<K = any, V = any>(topic: Configurable<string>, options?: GlobalTableOptions<K, V>): GlobalTableProperty<K, V> {
  return onProperty('globalTable', [], options, { topic });
}
