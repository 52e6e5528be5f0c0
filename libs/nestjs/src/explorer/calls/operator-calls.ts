import type { Reader } from '@ouzel/core/settings';
import { GlobalKTable, KStream, KTable, serdes, type CallbackOptions, type TopicNameExtractor } from '@ouzel/streams';
import type { OperatorName } from '../../decorators/member.js';
import type { AnySerde, Unchecked } from '../../decorators/untyped.js';
import { sourceTopics, topic, type SourceTopics } from '../options/option-readers.js';
import { defined } from '../options/option-reading.js';
import { optionsOf, storeOptionNames, type OperatorOptions, type OptionReaders } from '../options/operator-options.js';
import { aggregate, count, reduce } from './aggregate-calls.js';
import { cogroup, fold } from './cogroup-calls.js';
import { join } from './join-calls.js';
import { consumed, materialized, stored, storedIfNamed, tableBefore, written } from './materialized.js';
import { noEffect, type Fold, type OperatorCall, type StreamOrTable } from './operator-call.js';
import { process, processValues } from './process-calls.js';

interface OperatorRow {
  readonly options: OptionReaders;
  /** Options without which there is no call. */
  readonly required?: readonly (keyof OperatorOptions)[];
  /** The topics that the decorator is given, where it is a source or a sink. */
  readonly topics?: Reader<never, SourceTopics>;
  /** The serde of the values that the operator makes, where it is always the same. */
  readonly value?: AnySerde;
  /** Which serdes of the upstream fit what the operator makes. */
  readonly keeps: 'key and value' | 'key' | 'value' | 'nothing';
  /**
   * What the method is called with, where it is called once for each record, before anything else is done with it: such
   * a method may have pipes, and be called again when it fails. A processor may have pipes.
   */
  readonly calls?: 'with the value' | 'with the record';
  /** Upstreams that it accepts besides streams and tables. */
  readonly takes?: 'global tables too';
  /** Makes the call. Returns nothing where nothing comes after. */
  readonly call: (call: OperatorCall) => StreamOrTable | Fold | void;
}

const tableOptions: readonly (keyof OperatorOptions)[] = [...storeOptionNames, 'suppress'];

const tableName = (c: OperatorCall) => c.topics as string;

/** The DSL call that each decorator stands for. */
export const operatorCalls: Readonly<Record<OperatorName, OperatorRow>> = {
  source: {
    options: optionsOf.source,
    topics: sourceTopics,
    keeps: 'nothing',
    call: (c) => c.builder.stream(c.topics!, { name: c.name(), ...consumed(c) }),
  },
  table: {
    options: optionsOf.table,
    topics: topic,
    keeps: 'nothing',
    call: (c) => c.builder.table(tableName(c), { name: c.name(), ...consumed(c), materialized: materialized(c) }),
  },
  globalTable: {
    options: optionsOf.globalTable,
    topics: topic,
    keeps: 'nothing',
    call: (c) => c.builder.globalTable(tableName(c), { name: c.name(), ...consumed(c), materialized: materialized(c) }),
  },
  filter: {
    options: optionsOf.streamOrTable,
    calls: 'with the value',
    keeps: 'key and value',
    call: (c) => {
      const table = tableBefore(c);
      return table === undefined ? c.stream(0).filter(c.method, named(c)) : table.filter(c.method, ofTable(c));
    },
  },
  filterNot: {
    options: optionsOf.streamOrTable,
    calls: 'with the value',
    keeps: 'key and value',
    call: (c) => {
      const table = tableBefore(c);
      return table === undefined ? c.stream(0).filterNot(c.method, named(c)) : table.filterNot(c.method, ofTable(c));
    },
  },
  mapValues: {
    options: optionsOf.streamOrTable,
    calls: 'with the value',
    keeps: 'key',
    call: (c) => {
      const table = tableBefore(c);
      return table === undefined ? c.stream(0).mapValues(c.method, named(c)) : table.mapValues(c.method, ofTable(c));
    },
  },
  map: {
    options: optionsOf.stream,
    calls: 'with the value',
    keeps: 'nothing',
    call: (c) => c.stream(0).map(c.method, called(c)),
  },
  flatMap: {
    options: optionsOf.stream,
    calls: 'with the value',
    keeps: 'nothing',
    call: (c) => c.stream(0).flatMap(c.method, called(c)),
  },
  flatMapValues: {
    options: optionsOf.stream,
    calls: 'with the value',
    keeps: 'key',
    call: (c) => c.stream(0).flatMapValues(c.method, called(c)),
  },
  selectKey: {
    options: optionsOf.stream,
    calls: 'with the value',
    keeps: 'value',
    call: (c) => c.stream(0).selectKey(c.method, called(c)),
  },
  mapHeaders: {
    options: optionsOf.stream,
    calls: 'with the value',
    keeps: 'key and value',
    call: (c) => c.stream(0).mapHeaders(c.method, called(c)),
  },
  peek: { options: optionsOf.stream, calls: 'with the value', keeps: 'key and value', call: (c) => c.stream(0).peek(c.method, called(c)) },
  forEach: { options: optionsOf.none, calls: 'with the value', keeps: 'nothing', call: (c) => c.stream(0).forEach(c.method, called(c)) },
  on: {
    options: optionsOf.on,
    required: ['event'],
    keeps: 'key and value',
    call: (c) => c.routes().on<Unchecked>(c.options.event!, { name: c.name() }),
  },
  onEvent: {
    options: optionsOf.on,
    required: ['event'],
    calls: 'with the value',
    keeps: 'key',
    call: (c) =>
      c
        .routes()
        .on<Unchecked>(c.options.event!, { name: c.name('on') })
        .mapValues(c.method, called(c)),
  },
  merge: { options: optionsOf.stream, keeps: 'key and value', call: (c) => c.stream(0).merge(c.stream(1), { name: c.name() }) },
  branch: { options: optionsOf.stream, keeps: 'key and value', call: (c) => c.branch() },
  defaultBranch: { options: optionsOf.stream, keeps: 'key and value', call: (c) => c.branch() },
  count: { options: optionsOf.count, value: serdes.long, keeps: 'nothing', call: count },
  reduce: { options: optionsOf.reduce, keeps: 'value', call: reduce },
  aggregate: { options: optionsOf.aggregate, required: ['initial'], keeps: 'nothing', call: aggregate },
  cogroup: { options: optionsOf.cogroup, required: ['initial'], keeps: 'key', call: cogroup },
  fold: { options: optionsOf.fold, required: ['into'], keeps: 'key', call: fold },
  join: { options: optionsOf.join, keeps: 'key', takes: 'global tables too', call: (c) => join('join', c) },
  leftJoin: { options: optionsOf.join, keeps: 'key', takes: 'global tables too', call: (c) => join('leftJoin', c) },
  outerJoin: { options: optionsOf.join, keeps: 'key', takes: 'global tables too', call: (c) => join('outerJoin', c) },
  process: { options: optionsOf.process, calls: 'with the record', keeps: 'nothing', call: process },
  processValues: { options: optionsOf.process, calls: 'with the record', keeps: 'key', call: processValues },
  asyncMapValues: {
    options: optionsOf.asyncMapValues,
    calls: 'with the value',
    keeps: 'key',
    call: (c) => {
      const { concurrency, timeout, retry } = c.options;
      return c.stream(0).asyncMapValues(c.method, { name: c.name(), ...defined({ concurrency, timeout, retry }) });
    },
  },
  toTable: { options: optionsOf.streamOrTable, keeps: 'key and value', call: (c) => c.stream(0).toTable({ ...stored(c), ...written(c) }) },
  repartition: {
    options: optionsOf.repartition,
    keeps: 'key and value',
    call: (c) => {
      const { partitions, partitioner } = c.options;
      return c.stream(0).repartition({ name: c.name(), ...written(c), ...defined({ partitions, partitioner }) });
    },
  },
  to: {
    options: optionsOf.sink,
    topics: topic,
    keeps: 'nothing',
    call: (c) => {
      const { partitioner } = c.options;
      const topicOf: TopicNameExtractor<unknown, unknown> = c.method;
      return c.stream(0).to((c.topics as string | undefined) ?? topicOf, { name: c.name(), ...written(c), ...defined({ partitioner }) });
    },
  },
  build: { options: optionsOf.none, keeps: 'nothing', takes: 'global tables too', call: built },
};

/** Returns name and retry of an operator whose method is called once for each record. */
function called(call: OperatorCall): CallbackOptions {
  return { name: call.name(), ...defined({ retry: call.options.retry }) };
}

/** Returns the options of an operator on a table, whose method is called for lookups of rows too. */
function ofTable(call: OperatorCall): ReturnType<typeof storedIfNamed> {
  if (call.options.retry === undefined) return storedIfNamed(call);
  throw call.fault('works on a table, where neither @Retry nor a pipe works', 'Put it on a member that works on a stream.');
}

/** Returns the options of an operator on a stream. Those of tables have no effect there. */
function named(call: OperatorCall): CallbackOptions {
  const useless = tableOptions.filter((name) => call.options[name] !== undefined);
  if (useless.length > 0)
    throw call.fault(`works on a stream, where ${noEffect(useless)}`, 'Leave out what belongs to tables, or begin with one.');
  return called(call);
}

/** Calls a `@Build` method. Returns what it returns where that is something that others can come after. */
function built(call: OperatorCall): StreamOrTable | void {
  const made: unknown = call.method(call.builder, ...call.upstreams);
  if (made instanceof Promise)
    throw call.fault(
      'a topology can not be assembled asynchronously',
      'Ask for what it needs before: in the factory of a provider, or of the module.',
    );
  if (made instanceof KStream || made instanceof KTable || made instanceof GlobalKTable) return made;
}
