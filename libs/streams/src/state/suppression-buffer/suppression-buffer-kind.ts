import { compacted } from '../kind/changelog-config.js';
import { KeyCodec } from '../kind/key-codec.js';
import type { EngineParts } from '../kind/engine-parts.js';
import type { StoreKind } from '../kind/store-kind.js';
import { ChangeBuffer } from './change-buffer.js';

/** The changes that a suppression holds back. */
export const suppressionBufferKind: StoreKind<ChangeBuffer<unknown, unknown>> = {
  name: 'suppression buffer',
  contract: undefined,
  cacheable: false,
  followsTime: () => true,
  identity: () => 'buffer',
  changelogConfig: () => compacted,
  create: ({ name, key, value }, parts: EngineParts) => new ChangeBuffer(name, new KeyCodec(key, parts.topic, name), value, parts),
};
