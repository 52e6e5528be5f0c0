import type { Serde } from '../serdes/serde.js';

/** The serdes of one topic. */
export interface TopicSerdes<K = unknown, V = unknown> {
  /** Records without a key need none. */
  readonly key?: Serde<K>;
  readonly value?: Serde<V>;
}

/** Serdes of topics, by the topics' names. */
export type SerdesByTopic = Readonly<Record<string, TopicSerdes>>;

/** The key that records of a topic with these serdes may have. */
export type KeyOf<S extends TopicSerdes> = S['key'] extends Serde<infer K> ? K : null;

/** The value that records of a topic with these serdes may have. */
export type ValueOf<S extends TopicSerdes> = S['value'] extends Serde<infer V> ? V : unknown;

/** Returns the serdes of the first that has one, for keys and for values. */
export function firstOf(...choices: readonly (TopicSerdes | undefined)[]): TopicSerdes {
  const key = choices.find((serdes) => serdes?.key !== undefined)?.key;
  const value = choices.find((serdes) => serdes?.value !== undefined)?.value;
  return { ...(key !== undefined && { key }), ...(value !== undefined && { value }) };
}
