import type { InputStatus } from '@ouzel/streams';

/**
 * Returns how far a partition is behind in time: 0 where nothing waits, else from the stream time of its task until now.
 * Null before that is known. `streamTime` and `now` are epoch ms.
 */
export function lagSeconds({ lag }: Pick<InputStatus, 'lag'>, streamTime: number, now: number): number | null {
  if (lag === null) return null;
  if (lag === 0) return 0;
  return streamTime < 0 ? null : Math.max(0, Math.round((now - streamTime) / 1_000));
}
