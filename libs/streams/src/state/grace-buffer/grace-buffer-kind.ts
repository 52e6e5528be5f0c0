import { compacted } from '../kind/changelog-config.js';
import { KeyCodec } from '../kind/key-codec.js';
import type { EngineParts } from '../kind/engine-parts.js';
import type { StoreKind } from '../kind/store-kind.js';
import { GraceBuffer } from './grace-buffer.js';

export interface GraceBufferOptions {
  readonly graceMs: number;
}

/** The records that wait for the table of a join with a grace period. */
export const graceBufferKind: StoreKind<GraceBuffer<unknown, unknown>, GraceBufferOptions> = {
  name: 'buffer of a join with grace',
  contract: undefined,
  cacheable: false,
  followsTime: () => true,
  identity: () => 'buffer',
  changelogConfig: () => compacted,
  create: ({ name, key, value, options: { graceMs } }, parts: EngineParts) =>
    new GraceBuffer({ name, graceMs, keys: new KeyCodec(key, parts.topic, name), value, store: parts }),
};
