import type { StateStoreSpec } from '../state/state-store.js';
import type { TopicConfig } from '../state/store.js';

const common: TopicConfig = { 'message.timestamp.type': 'CreateTime' };
const versionedExtraMs = 86_400_000;

/** Topics between sub-topologies: read once, purged behind the committed offset (RepartitionTopicConfig). `given` are topic settings of the application. */
export function repartitionConfig(given: TopicConfig): TopicConfig {
  return { ...common, 'cleanup.policy': 'delete', 'segment.bytes': '52428800', 'retention.ms': '-1', ...given };
}

/**
 * The configuration of a store's changelog (WindowedChangelogTopicConfig, UnwindowedUnversioned…, VersionedChangelogTopicConfig). Later wins: Kafka Streams'
 * defaults, `given` of the application, the store's own.
 */
export function changelogConfig(store: StateStoreSpec, given: TopicConfig, extraRetentionMs: number): TopicConfig {
  return { ...common, ...policy(store, extraRetentionMs), ...given, ...(store.logging === false ? {} : store.logging) };
}

function policy({ kind, retentionMs, retainDuplicates }: StateStoreSpec, extraRetentionMs: number): TopicConfig {
  switch (kind) {
    case 'window':
    case 'timestamped-window':
    case 'session':
      return { 'cleanup.policy': retainDuplicates ? 'delete' : 'compact,delete', 'retention.ms': msText(retentionMs! + extraRetentionMs) };
    case 'versioned':
      return { 'cleanup.policy': 'compact', 'min.compaction.lag.ms': msText(retentionMs! + versionedExtraMs) };
    default:
      return { 'cleanup.policy': 'compact' };
  }
}

/** Unlimited windows are kept for ever: Java's largest long. */
function msText(ms: number): string {
  return ms >= Number.MAX_SAFE_INTEGER ? '9223372036854775807' : String(ms);
}
