/** Segments of window and session stores: half the retention, a minute at least (Stores.persistentWindowStore). */
export function segmentMs(retentionMs: number): number {
  return Math.max(Math.floor(retentionMs / 2), 60_000);
}
