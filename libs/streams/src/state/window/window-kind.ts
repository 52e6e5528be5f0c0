import { retentionText } from '../kind/changelog-config.js';
import type { StoreKind } from '../kind/store-kind.js';
import { createWindowStore } from './create-window-store.js';
import type { AnyWindowStore } from './typed-window-store.js';
import { windowContract } from './window-contract.js';
import type { WindowOptions } from './window-options.js';

/** One value per key and window, or several where duplicates are retained. */
export const windowKind: StoreKind<AnyWindowStore, WindowOptions> = {
  name: 'window store',
  contract: windowContract,
  cacheable: true,
  followsTime: () => true,
  identity: ({ values }) => (values === 'timestamped' ? 'timestamped-window' : 'window'),
  /** WindowedChangelogTopicConfig. The keys of duplicates differ with each put, so there is nothing to compact. */
  changelogConfig: ({ retentionMs, loggedRetentionMs = retentionMs, retainDuplicates }, extraRetentionMs) => ({
    'cleanup.policy': retainDuplicates ? 'delete' : 'compact,delete',
    'retention.ms': retentionText(loggedRetentionMs + extraRetentionMs),
  }),
  fault({ retentionMs, sizeMs }) {
    if (retentionMs < 0 || sizeMs < 0) return { what: 'retention and window size must not be negative' };
    return sizeMs <= retentionMs ? undefined : { what: `the retention of ${retentionMs} ms is shorter than a window of ${sizeMs} ms` };
  },
  create: createWindowStore,
};
