import type { CallMeters } from '../../metrics/meters.js';
import type { StateStore } from '../../state/state-store.js';
import type { TaskTime } from './task-time.js';

/**
 * Returns a store whose calls are measured, for the nodes of a task. What a call returns is not waited for, so a scan
 * counts until it is begun.
 */
export function timedStore<S extends StateStore>(store: S, { storeSeconds }: CallMeters, time: TaskTime): S {
  const methods = new Map<string | symbol, unknown>();
  return new Proxy(store, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name, target);
      if (typeof found !== 'function') return found;
      let timed = methods.get(name);
      if (timed === undefined)
        methods.set(name, (timed = timedCall(found as Call, target, storeSeconds.of(target.name, String(name)), time)));
      return timed;
    },
  });
}

type Call = (...args: unknown[]) => unknown;

function timedCall(call: Call, target: object, durations: { observe(seconds: number): void }, time: TaskTime): Call {
  return (...args) => {
    const started = time.stamp();
    try {
      return call.apply(target, args);
    } finally {
      durations.observe((time.stamp() - started) / 1_000);
    }
  };
}
