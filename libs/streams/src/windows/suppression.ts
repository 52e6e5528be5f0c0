import { durationMs, type Duration, TopologyError } from '@ouzel/core';

/** When results reach what is downstream: with every update, or once when their window closes. */
export type EmitStrategy = 'update' | 'close';

/** Configuration of a buffer's changelog, or whether it has one. */
/** Whether a suppression has a changelog; an object is the configuration of its topic. */
export type SuppressionLogging = boolean | Readonly<Record<string, string>>;

export interface BufferBounds {
  maxRecords?: number;
  maxBytes?: number;
  logging?: SuppressionLogging;
}

/** When a suppression emits, and how much it may hold (Suppressed). */
export abstract class Suppression {
  declare private readonly kind: 'suppression';
  abstract readonly until: 'window-close' | 'time-limit';
  /** The limit of `time-limit`, ms. The grace of a window is found upstream. */
  abstract readonly limitMs: number;
  abstract readonly maxRecords: number;
  abstract readonly maxBytes: number;
  abstract readonly whenFull: 'emit-early' | 'shut-down';
  abstract readonly logging: SuppressionLogging;
}

class Suppressed extends Suppression {
  constructor(
    readonly until: 'window-close' | 'time-limit',
    readonly limitMs: number,
    readonly whenFull: 'emit-early' | 'shut-down',
    readonly maxRecords: number,
    readonly maxBytes: number,
    readonly logging: SuppressionLogging,
  ) {
    super();
  }
}

function suppressed(
  until: 'window-close' | 'time-limit',
  limitMs: number,
  whenFull: 'emit-early' | 'shut-down',
  bounds: BufferBounds,
): Suppression {
  const { maxRecords = Infinity, maxBytes = Infinity, logging = true } = bounds;
  for (const [name, bound] of Object.entries({ maxRecords, maxBytes })) {
    if (!(bound >= 0)) throw new TopologyError('OUZEL_TOPOLOGY', { what: `${name} of a suppression must not be negative` });
  }
  return new Suppressed(until, limitMs, whenFull, maxRecords, maxBytes, logging);
}

/** Emits only the final result of each window. A full buffer stops the task, because nothing is emitted early. */
export function untilWindowCloses(bounds: BufferBounds = {}): Suppression {
  return suppressed('window-close', 0, 'shut-down', bounds);
}

/** Emits at most one result per key in `limit` of event time. `whenFull` defaults to 'emit-early'. */
export function untilTimeLimit(limit: Duration, bounds: BufferBounds & { whenFull?: 'emit-early' | 'shut-down' } = {}): Suppression {
  return suppressed('time-limit', durationMs(limit, 'limit'), bounds.whenFull ?? 'emit-early', bounds);
}
