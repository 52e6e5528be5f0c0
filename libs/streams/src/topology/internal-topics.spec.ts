import { serdes } from '../serdes/serdes.js';
import { keyValueKind } from '../state/key-value/key-value-kind.js';
import type { StoreKind } from '../state/kind/store-kind.js';
import { storeSpec } from '../state/kind/store-spec.js';
import { sessionKind } from '../state/session/session-kind.js';
import type { StateStore } from '../state/state-store.js';
import type { TopicConfig } from '../state/store.js';
import { versionedKind } from '../state/versioned/versioned-kind.js';
import { windowKind } from '../state/window/window-kind.js';
import type { WindowOptions } from '../state/window/window-options.js';
import { changelogConfig, repartitionConfig } from './internal-topics.js';

const day = 86_400_000;
const timestamped = { values: 'timestamped' } as const;
const windows: WindowOptions = { values: 'timestamped', retentionMs: 1_500, sizeMs: 10, retainDuplicates: false };

function store<O extends object>(kind: StoreKind<StateStore, O>, options: O, logging: TopicConfig = {}) {
  return storeSpec(kind, { name: 's', options, key: serdes.string, value: serdes.string, logging });
}

describe('internal topics', () => {
  it('are kept until they are purged when they repartition', () => {
    expect(repartitionConfig({})).toEqual({
      'message.timestamp.type': 'CreateTime',
      'cleanup.policy': 'delete',
      'segment.bytes': '52428800',
      'retention.ms': '-1',
    });
  });

  it('are compacted as changelogs of key-value stores', () => {
    expect(changelogConfig(store(keyValueKind, timestamped), {}, day)).toEqual({
      'message.timestamp.type': 'CreateTime',
      'cleanup.policy': 'compact',
    });
  });

  it('also expire as changelogs of windows, a day after the store forgets', () => {
    expect(changelogConfig(store(windowKind, windows), {}, day)).toMatchObject({
      'cleanup.policy': 'compact,delete',
      'retention.ms': '86401500',
    });
    expect(changelogConfig(store(sessionKind, { retentionMs: Infinity }), {}, day)).toMatchObject({
      'retention.ms': '9223372036854775807',
    });
  });

  it('only expire where a window store keeps duplicates', () => {
    expect(changelogConfig(store(windowKind, { ...windows, retentionMs: 10, retainDuplicates: true }), {}, 0)).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': '10',
    });
  });

  it('compact no version that the store still knows', () => {
    expect(changelogConfig(store(versionedKind, { historyMs: 1_000 }), {}, day)).toMatchObject({
      'cleanup.policy': 'compact',
      'min.compaction.lag.ms': '86401000',
    });
  });

  it('take settings of the application, and over them those of the store', () => {
    const config = changelogConfig(
      store(keyValueKind, timestamped, { 'segment.bytes': '5' }),
      { 'segment.bytes': '1', 'min.insync.replicas': '2' },
      day,
    );
    expect(config).toMatchObject({ 'cleanup.policy': 'compact', 'segment.bytes': '5', 'min.insync.replicas': '2' });
  });
});
