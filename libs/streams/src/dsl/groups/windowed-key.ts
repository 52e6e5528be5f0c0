import { serdes } from '../../serdes/serdes.js';
import { derivedSerde, type SerdeRef } from '../../topology/declarations.js';
import { SessionWindow, TimeWindow, type SlidingWindow } from '../../windows/index.js';

/** The serde of the keys of a windowed table, around that of the keys inside. */
export function windowedKey(window: TimeWindow | SlidingWindow | SessionWindow, key: SerdeRef): SerdeRef {
  if (window instanceof SessionWindow) return derivedSerde(key, (inner) => serdes.sessionWindowed(inner));
  const sizeMs = window instanceof TimeWindow ? window.sizeMs : window.differenceMs;
  return derivedSerde(key, (inner) => serdes.timeWindowed(inner, Math.min(sizeMs, Number.MAX_SAFE_INTEGER)));
}
