export type { Cancel, Clock, Random } from './clock.js';
export { systemClock, systemRandom } from './system-clock.js';
