import type { StateStoreSpec, StoreKind } from '../state/state-store.js';
import { serdes } from '../serdes/serdes.js';
import { changelogConfig, repartitionConfig } from './internal-topics.js';

const day = 86_400_000;

function store(kind: StoreKind, more: Partial<StateStoreSpec> = {}): StateStoreSpec {
  const create = () => {
    throw new Error('not run');
  };
  return {
    name: 's',
    kind,
    persistent: true,
    caching: true,
    logging: {},
    retentionMs: undefined,
    retainDuplicates: false,
    key: serdes.string,
    create,
    ...more,
  };
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
    expect(changelogConfig(store('timestamped-key-value'), {}, day)).toEqual({
      'message.timestamp.type': 'CreateTime',
      'cleanup.policy': 'compact',
    });
  });

  it('also expire as changelogs of windows, a day after the store forgets', () => {
    expect(changelogConfig(store('timestamped-window', { retentionMs: 1_500 }), {}, day)).toMatchObject({
      'cleanup.policy': 'compact,delete',
      'retention.ms': '86401500',
    });
    expect(changelogConfig(store('session', { retentionMs: Infinity }), {}, day)).toMatchObject({ 'retention.ms': '9223372036854775807' });
  });

  it('only expire where a window store keeps duplicates', () => {
    expect(changelogConfig(store('window', { retentionMs: 10, retainDuplicates: true }), {}, 0)).toMatchObject({
      'cleanup.policy': 'delete',
      'retention.ms': '10',
    });
  });

  it('compact no version that the store still knows', () => {
    expect(changelogConfig(store('versioned', { retentionMs: 1_000 }), {}, day)).toMatchObject({
      'cleanup.policy': 'compact',
      'min.compaction.lag.ms': '86401000',
    });
  });

  it('take settings of the application, and over them those of the store', () => {
    const config = changelogConfig(
      store('key-value', { logging: { 'segment.bytes': '5' } }),
      { 'segment.bytes': '1', 'min.insync.replicas': '2' },
      day,
    );
    expect(config).toMatchObject({ 'cleanup.policy': 'compact', 'segment.bytes': '5', 'min.insync.replicas': '2' });
  });
});
