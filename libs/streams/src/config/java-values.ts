import type { Place } from '@ouzel/core/settings';
import { timestamps } from '../processor/timestamps.js';
import { serdes } from '../serdes/serdes.js';

/** Classes and words of Java's Kafka Streams, and what stands for them here. */
const counterparts: Readonly<Record<string, unknown>> = {
  StringSerde: serdes.string,
  LongSerde: serdes.long,
  IntegerSerde: serdes.int,
  ShortSerde: serdes.short,
  FloatSerde: serdes.float,
  DoubleSerde: serdes.double,
  BooleanSerde: serdes.boolean,
  UUIDSerde: serdes.uuid,
  VoidSerde: serdes.void,
  BytesSerde: serdes.buffer,
  ByteArraySerde: serdes.buffer,
  ByteBufferSerde: serdes.buffer,
  LogAndFailExceptionHandler: 'fail',
  LogAndContinueExceptionHandler: 'continue',
  LogAndFailProcessingExceptionHandler: 'fail',
  LogAndContinueProcessingExceptionHandler: 'continue',
  DefaultProductionExceptionHandler: 'default',
  LogAndSkipOnInvalidTimestamp: timestamps.skipInvalid,
  UsePartitionTimeOnInvalidTimestamp: timestamps.partitionTimeIfInvalid,
  WallclockTimestampExtractor: timestamps.wallClock,
  RocksDBDslStoreSuppliers: 'persistent',
  InMemoryDslStoreSuppliers: 'in-memory',
  rocksDB: 'persistent',
  in_memory: 'in-memory',
  DEFAULT: 'plain',
  HEADERS: 'headers',
  INFO: 'info',
  DEBUG: 'debug',
  TRACE: 'debug',
};

/** Classes that do what is done without a setting. */
const defaults: ReadonlySet<string> = new Set(['FailOnInvalidTimestamp']);

/** Properties whose values are classes or words of Java. */
const named: ReadonlySet<string> = new Set([
  'default.key.serde',
  'default.value.serde',
  'default.timestamp.extractor',
  'deserialization.exception.handler',
  'default.deserialization.exception.handler',
  'processing.exception.handler',
  'production.exception.handler',
  'default.production.exception.handler',
  'dsl.store.suppliers.class',
  'default.dsl.store',
  'dsl.store.format',
  'metrics.recording.level',
]);

/**
 * Returns what stands here for the value of a property of Java. Returns undefined where nothing has to be set, and,
 * after it has reported the fault, where a class has no counterpart.
 */
export function javaValue(property: string, value: unknown, place: Place): unknown {
  if (typeof value !== 'string' || !named.has(property)) return value;
  const name = value.slice(Math.max(value.lastIndexOf('.'), value.lastIndexOf('$')) + 1);
  if (defaults.has(name)) return undefined;
  if (Object.hasOwn(counterparts, name)) return counterparts[name];
  return value.includes('.')
    ? place.report('is a class of Java that has no counterpart here', 'Set a value of your own in its place')
    : value;
}
