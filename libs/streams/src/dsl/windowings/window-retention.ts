import { durationMs, TopologyError } from '@ouzel/core';
import type { Materialized } from '../options/index.js';

/**
 * Returns the retention that the user wants, which is at least what the windows need. Throws OUZEL_TOPOLOGY when it is
 * less.
 */
export function windowRetention(neededMs: number, materialized: Materialized | undefined, store: string): number {
  const wanted = materialized?.retention;
  if (wanted === undefined) return neededMs;
  const retentionMs = durationMs(wanted, `retention of store "${store}"`);
  if (retentionMs >= neededMs) return retentionMs;
  throw new TopologyError('OUZEL_TOPOLOGY', {
    what: `the retention of ${retentionMs} ms is shorter than its windows and their grace need`,
    where: `state store "${store}"`,
    help: `Keep it for at least ${neededMs} ms.`,
  });
}
