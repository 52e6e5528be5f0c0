import { randomUUID } from 'node:crypto';
import type { Clock, Random } from './clock.js';

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end);
    });
  },
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

/** Randomness of this machine; not for secrets. */
export const systemRandom: Random = { next: () => Math.random(), uuid: () => randomUUID() };
