import type { StoreSpec } from '../state/kind/store-kind.js';
import type { TopicConfig } from '../state/store.js';

const common: TopicConfig = { 'message.timestamp.type': 'CreateTime' };

/**
 * Topics between sub-topologies: read once, purged behind the committed offset (RepartitionTopicConfig). `given` are
 * topic settings of the application.
 */
export function repartitionConfig(given: TopicConfig): TopicConfig {
  return { ...common, 'cleanup.policy': 'delete', 'segment.bytes': '52428800', 'retention.ms': '-1', ...given };
}

/**
 * Returns the configuration of a store's changelog. Later wins: what the kind of store says, the settings of the
 * application (`given`), the store's own. `extraRetentionMs` is how much longer than the store a changelog keeps what
 * has expired.
 */
export function changelogConfig({ kind, options, logging }: StoreSpec, given: TopicConfig, extraRetentionMs: number): TopicConfig {
  return { ...common, ...kind.changelogConfig(options, extraRetentionMs), ...given, ...(logging === false ? {} : logging) };
}
