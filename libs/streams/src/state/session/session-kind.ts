import type { ByteString } from '../rows/byte-string.js';
import { bytesOf } from '../rows/byte-string.js';
import { retentionOf } from '../expiry/retention.js';
import { retentionText } from '../kind/changelog-config.js';
import { KeyCodec } from '../kind/key-codec.js';
import { headersOf } from '../kind/logged-headers.js';
import { StoreChangelog } from '../kind/store-changelog.js';
import type { EngineParts } from '../kind/engine-parts.js';
import type { StoreKind, StoreSpec } from '../kind/store-kind.js';
import { valueCodec } from '../kind/value-codec.js';
import { CachingLayer } from '../layers/caching-layer.js';
import { ChangeLoggingLayer } from '../layers/change-logging-layer.js';
import { sessionContract } from './session-contract.js';
import { MemorySessionIndex, PersistentSessionIndex } from './session-index.js';
import { groupOf, SessionRows } from './session-rows.js';
import { TypedSessionStore, type AnySessionStore } from './typed-session-store.js';

/** The options of a session store. */
export interface SessionOptions {
  readonly retentionMs: number;
  /**
   * How long the changelog keeps sessions, where an operator needs less than a supplier keeps. Default: retentionMs.
   */
  readonly loggedRetentionMs?: number;
  /**
   * The order of scans: by time for sessions that are emitted when they close. In-memory stores always follow time.
   * Default: key.
   */
  readonly order?: 'key' | 'time';
}

/** One aggregate per key and session. */
export const sessionKind: StoreKind<AnySessionStore, SessionOptions> = {
  name: 'session store',
  contract: sessionContract,
  cacheable: true,
  followsTime: () => true,
  identity: () => 'session',
  changelogConfig: ({ retentionMs, loggedRetentionMs = retentionMs }, extraRetentionMs) => ({
    'cleanup.policy': 'compact,delete',
    'retention.ms': retentionText(loggedRetentionMs + extraRetentionMs),
  }),
  fault: ({ retentionMs }) => (retentionMs < 0 ? { what: 'the retention must not be negative' } : undefined),
  create,
};

/** Layers: typed store, record cache, change logging, runs. */
function create({ name, key, value, persistent, options, format }: StoreSpec<SessionOptions>, parts: EngineParts): AnySessionStore {
  const { rows, context, cache, topic } = parts;
  const { retentionMs, order = 'key' } = options;
  const retention = retentionOf(retentionMs, persistent);
  const index = !persistent ? new MemorySessionIndex(retention) : order === 'time' ? new PersistentSessionIndex(retention) : undefined;
  const lowest = new SessionRows({ store: name, rows, retention, context }, index, persistent ? 'key' : 'time');
  const values = valueCodec<unknown>('plain', value, topic);
  const changelogKey = (row: ByteString) => bytesOf(row.slice(8));
  const changelog = StoreChangelog.of(parts, { store: name, values, headers: headersOf(format), changelogKey });
  const logging = ChangeLoggingLayer.over(lowest, changelog);
  const cached = cache === undefined ? undefined : new CachingLayer(name, logging, cache, context, { groupOf });
  const keys = new KeyCodec(key, topic, name);
  const storesHeaders = format === 'headers';
  return new TypedSessionStore(name, { keys, values, layer: cached ?? logging, cached, rows: lowest, storesHeaders });
}
