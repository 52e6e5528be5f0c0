import type { SidedValue } from '../../serdes/left-or-right.js';
import type { Serde } from '../../serdes/serde.js';
import { compacted } from '../kind/changelog-config.js';
import { KeyCodec } from '../kind/key-codec.js';
import type { EngineParts } from '../kind/engine-parts.js';
import type { StoreKind } from '../kind/store-kind.js';
import { UnmatchedRecords } from './unmatched-records.js';

/** The records of a left or outer join of streams that found no match yet. */
export const unmatchedRecordsKind: StoreKind<UnmatchedRecords<unknown>> = {
  name: 'store of the unmatched records of a stream join',
  contract: undefined,
  cacheable: false,
  followsTime: () => true,
  identity: () => 'list',
  changelogConfig: () => compacted,
  create: ({ name, key, value }, parts: EngineParts) =>
    new UnmatchedRecords(name, new KeyCodec(key, parts.topic, name), value as Serde<SidedValue>, parts),
};
