import { setMaxListeners } from 'node:events';

/**
 * Returns an AbortController whose signal any number of waits may listen to. Node warns of a leak at the eleventh
 * listener; here each wait takes its own listener away when it ends.
 */
export function abortController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
