/**
 * Returns the length of a segment of a window or session store: half the retention, and at least a minute
 * (Stores.persistentWindowStore).
 */
export function segmentMs(retentionMs: number): number {
  return Math.max(Math.floor(retentionMs / 2), 60_000);
}
