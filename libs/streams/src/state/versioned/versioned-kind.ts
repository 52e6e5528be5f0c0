import { retentionText } from '../kind/changelog-config.js';
import { KeyCodec } from '../kind/key-codec.js';
import type { EngineParts } from '../kind/engine-parts.js';
import type { StoreKind } from '../kind/store-kind.js';
import { TypedVersionedStore, type AnyVersionedStore } from './typed-versioned-store.js';
import { versionedContract } from './versioned-contract.js';
import { VersionedRows } from './versioned-rows.js';

/** The options of a versioned store. */
export interface VersionedOptions {
  /** How far back past versions can be read, ms. */
  readonly historyMs: number;
  /** In what pieces of time the past is removed. Default: Kafka Streams' own choice. */
  readonly segmentMs?: number;
}

/** How much longer than the history a changelog keeps versions (VersionedChangelogTopicConfig). */
const extraCompactionLagMs = 86_400_000;

/** All values of each key with their times (KIP-889). */
export const versionedKind: StoreKind<AnyVersionedStore, VersionedOptions> = {
  name: 'versioned store',
  contract: versionedContract,
  cacheable: false,
  followsTime: () => true,
  identity: () => 'versioned',
  changelogConfig: ({ historyMs }) => ({
    'cleanup.policy': 'compact',
    'min.compaction.lag.ms': retentionText(historyMs + extraCompactionLagMs),
  }),
  fault: ({ historyMs }) => (historyMs < 0 ? { what: 'the history must not be negative' } : undefined),
  historyMs: ({ historyMs }) => historyMs,
  create({ name, key, value, options: { historyMs, segmentMs = defaultSegmentMs(historyMs) } }, parts: EngineParts) {
    return new TypedVersionedStore(name, {
      keys: new KeyCodec(key, parts.topic, name),
      value,
      rows: new VersionedRows(parts.rows, historyMs, segmentMs),
      store: parts,
    });
  },
};

/** RocksDbVersionedKeyValueBytesStoreSupplier. */
function defaultSegmentMs(historyMs: number): number {
  if (historyMs <= 60_000) return Math.max(Math.floor(historyMs / 3), 2_000);
  if (historyMs <= 300_000) return Math.max(Math.floor(historyMs / 5), 20_000);
  if (historyMs <= 3_600_000) return Math.max(Math.floor(historyMs / 12), 60_000);
  return Math.max(Math.floor(historyMs / 24), 300_000);
}
