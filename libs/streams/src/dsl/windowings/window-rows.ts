import { serdes } from '../../serdes/serdes.js';
import { windowContract } from '../../state/window/window-contract.js';
import { windowKind } from '../../state/window/window-kind.js';
import type { WindowOptions } from '../../state/window/window-options.js';
import { derivedSerde, type SerdeRef } from '../../topology/declarations.js';
import type { EmitStrategy } from '../../windows/index.js';
import type { StoreNeed } from '../stores/store-need.js';

export interface WindowRowsParts {
  readonly sizeMs: number;
  readonly retentionMs: number;
  readonly emit: EmitStrategy;
  readonly access: 'point' | 'range';
  readonly caching: boolean;
}

/** The rows of a table of time or sliding windows. Windows that are emitted when they close are found by time. */
export function windowRows({ sizeMs, retentionMs, emit, access, caching }: WindowRowsParts): StoreNeed {
  const options: WindowOptions = {
    values: 'timestamped',
    retentionMs,
    loggedRetentionMs: retentionMs,
    sizeMs,
    retainDuplicates: false,
    order: emit === 'close' ? 'time' : 'key',
    access,
  };
  return { kind: windowKind, options, contracts: [windowContract], caching };
}

/** The serde of a windowed key. */
export function windowedKey(inner: SerdeRef, sizeMs: number): SerdeRef {
  return derivedSerde(inner, (key) => serdes.timeWindowed(key, Math.min(sizeMs, Number.MAX_SAFE_INTEGER)));
}
