import type { TopicConfig } from '../store.js';

/** Keeps the newest value of each key (UnwindowedUnversionedChangelogTopicConfig). */
export const compacted: TopicConfig = { 'cleanup.policy': 'compact' };

/** Returns a time for a topic's configuration. What is kept for ever has Java's largest long. */
export function retentionText(ms: number): string {
  return ms >= Number.MAX_SAFE_INTEGER ? '9223372036854775807' : String(ms);
}
