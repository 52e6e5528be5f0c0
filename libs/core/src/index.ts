export * from './errors/index.js';
export {
  abortController,
  keepProcessAlive,
  ManualClock,
  Signal,
  systemClock,
  systemRandom,
  type Cancel,
  type Clock,
  type Random,
} from './clock/index.js';
export {
  crc32c,
  murmur2,
  murmur3,
  partitionOf,
  readInt64,
  sizeOfUnsignedVarint,
  sizeOfVarint,
  VarintReader,
  writeInt64,
  writeUnsignedVarint,
  writeVarint,
  writeVarlong,
} from './bytes/index.js';
export { Headers, type Header } from './headers.js';
export { durationMs, roughDuration, showDuration, type Duration } from './durations.js';
export { Secret } from './secret.js';
export { isHostAndPort } from './host-and-port.js';
export { kindOf } from './kind-of.js';
export { handled, promised, settledBefore } from './promises.js';
export { makeFolder } from './make-folder.js';
export { consoleLogger, safeLogger, silentLogger, type Logger } from './logger.js';
export { Listeners } from './listeners.js';
