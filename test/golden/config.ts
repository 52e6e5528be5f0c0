import type { TopologyConfig } from '@ouzel/streams';
import type { Ouzel } from './twins/parts.js';
import { resumingProduction, tellingHandler } from './handlers.js';

const emitInterval = '__emit.interval.ms.kstreams.windowed.aggregation__';
const outerJoinEmitInterval = '__emit.interval.ms.kstreams.outer.join.spurious.results.fix__';

/** A setting whose values in Java are classes or words: its name in Ouzel, and the value in Ouzel for each of them. */
type Mapping = readonly [name: string, values: Readonly<Record<string, unknown>>];

/**
 * Returns the configuration of a scenario: its own settings over those that every scenario has, with Java's classes
 * replaced by Ouzel's values. Throws for a class that is not known.
 */
export function configOf(ouzel: Ouzel, recorded: Readonly<Record<string, unknown>> = {}): TopologyConfig {
  const { serdes } = ouzel;
  const config: Record<string, unknown> = {
    'application.id': 'app',
    'default.key.serde': serdes.string,
    'default.value.serde': serdes.string,
    'statestore.cache.max.bytes': 0,
    [emitInterval]: 0,
    [outerJoinEmitInterval]: 0,
  };
  const mappings = mappingsOf(ouzel, recorded);
  for (const [key, value] of Object.entries(recorded)) {
    const mapping = mappings[key];
    if (mapping === undefined) config[key] = value;
    else config[mapping[0]] = mapped(key, value, mapping[1]);
  }
  return config;
}

function mapped(key: string, value: unknown, values: Mapping[1]): unknown {
  if (typeof value !== 'string') return value;
  const name = value.slice(value.lastIndexOf('.') + 1);
  if (name in values) return values[name];
  throw new Error(`${key} = ${value} has no counterpart in test/golden/config.ts`);
}

function mappingsOf(ouzel: Ouzel, recorded: Readonly<Record<string, unknown>>): Readonly<Record<string, Mapping>> {
  const { timestamps } = ouzel;
  const serdes = serdesOf(ouzel);
  const storeTypes = {
    BuiltInDslStoreSuppliers$InMemoryDslStoreSuppliers: 'in-memory',
    BuiltInDslStoreSuppliers$RocksDBDslStoreSuppliers: 'persistent',
    in_memory: 'in-memory',
    rocksDB: 'persistent',
  };
  const deadLetters = recorded['errors.dead.letter.queue.topic.name'] as string | undefined;
  return {
    'default.key.serde': ['default.key.serde', serdes],
    'default.value.serde': ['default.value.serde', serdes],
    'dsl.store.suppliers.class': ['storeType', storeTypes],
    'default.dsl.store': ['storeType', storeTypes],
    'dsl.store.format': ['storeFormat', { HEADERS: 'headers', DEFAULT: 'plain' }],
    'default.timestamp.extractor': [
      'default.timestamp.extractor',
      {
        FailOnInvalidTimestamp: undefined,
        LogAndSkipOnInvalidTimestamp: timestamps.skipInvalid,
        UsePartitionTimeOnInvalidTimestamp: timestamps.partitionTimeIfInvalid,
        WallclockTimestampExtractor: timestamps.wallClock,
      },
    ],
    'deserialization.exception.handler': [
      'deserialization.exception.handler',
      { LogAndFailExceptionHandler: 'fail', LogAndContinueExceptionHandler: 'continue' },
    ],
    'processing.exception.handler': [
      'processing.exception.handler',
      {
        LogAndFailProcessingExceptionHandler: 'fail',
        LogAndContinueProcessingExceptionHandler: 'continue',
        ErrorHandling$TellingHandler: tellingHandler,
      },
    ],
    'production.exception.handler': [
      'production.exception.handler',
      { DefaultProductionExceptionHandler: 'default', ErrorHandling$ResumingProduction: resumingProduction(deadLetters) },
    ],
  };
}

function serdesOf({ serdes }: Ouzel): Readonly<Record<string, unknown>> {
  return {
    Serdes$StringSerde: serdes.string,
    Serdes$LongSerde: serdes.long,
    Serdes$IntegerSerde: serdes.int,
    Serdes$ShortSerde: serdes.short,
    Serdes$FloatSerde: serdes.float,
    Serdes$DoubleSerde: serdes.double,
    Serdes$BooleanSerde: serdes.boolean,
    Serdes$UUIDSerde: serdes.uuid,
    Serdes$VoidSerde: serdes.void,
    Serdes$BytesSerde: serdes.buffer,
    Serdes$ByteArraySerde: serdes.buffer,
    Serdes$ByteBufferSerde: serdes.buffer,
  };
}
