import { randomUUID } from 'node:crypto';
import type { Cancel, Clock, Random } from './clock.js';

/** The longest time that a timer of Node holds, 24.8 days; it turns a longer one into 1 ms. */
const longestTimer = 2 ** 31 - 1;

/** Calls back after any time, in steps that timers can hold. */
function timer(ms: number, keepsAlive: boolean, callback: () => void): Cancel {
  if (ms === Infinity) return () => {};
  const end = performance.now() + ms;
  let current: NodeJS.Timeout;
  const step = (left: number) => {
    const next = left > longestTimer ? () => step(end - performance.now()) : callback;
    current = setTimeout(next, Math.min(left, longestTimer));
    if (!keepsAlive) current.unref();
  };
  step(ms);
  return () => clearTimeout(current);
}

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule: (ms, callback) => timer(ms, false, callback),
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const end = () => {
        cancel();
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const cancel = timer(ms, true, end);
      signal?.addEventListener('abort', end);
    });
  },
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

/** Keeps the process alive until the result is called. */
export function keepProcessAlive(): Cancel {
  const held = setInterval(() => {}, longestTimer);
  return () => clearInterval(held);
}

/** Randomness of this machine; not for secrets. */
export const systemRandom: Random = { next: () => Math.random(), uuid: () => randomUUID() };
