export type { Cancel, Clock, Random } from './clock.js';
export { Signal } from './signal.js';
export { keepProcessAlive, systemClock, systemRandom } from './system-clock.js';
export { ManualClock } from './manual-clock.js';
export { abortController } from './abort-controller.js';
