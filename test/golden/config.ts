import type { TopologyConfig } from '@ouzel/streams';
import type { Ouzel } from './twins/parts.js';
import { resumingProduction, tellingHandler } from './handlers.js';

const emitInterval = '__emit.interval.ms.kstreams.windowed.aggregation__';
const outerJoinEmitInterval = '__emit.interval.ms.kstreams.outer.join.spurious.results.fix__';

/** Settings by Java's name whose values are Java classes or words: our name, and what the value is with us. */
type Mapping = readonly [name: string, values: Readonly<Record<string, unknown>>];

/** The scenario's configuration over the settings that every scenario has (golden/README.md), with Java's class names as ours. Throws where one is not known. */
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
