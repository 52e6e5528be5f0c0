import { GlobalKTable, KStream, KTable } from '@ouzel/streams';
import type { OperatorName } from '../decorators/member.js';
import { aggregate, count, reduce } from './aggregate-calls.js';
import { cogroup } from './cogroup-calls.js';
import { join } from './join-calls.js';
import { consumed, isTable, materialized, stored, storedIfAsked, written } from './materialized.js';
import { given, type Face, type Fold, type OperatorCall } from './operator-call.js';
import { connected, processorSupplier } from './process-calls.js';

interface OperatorRow {
  /** Which serdes of the upstream still fit what the operator makes. */
  readonly keeps: 'key and value' | 'key' | 'value' | 'nothing';
  /** What it can come after, beside streams and tables. */
  readonly takes?: 'global tables too';
  /** Answers nothing where nothing comes after. */
  readonly call: (call: OperatorCall) => Face | Fold | void;
}

/** The DSL call that each decorator stands for. */
export const operatorCalls: Readonly<Record<OperatorName, OperatorRow>> = {
  source: { keeps: 'nothing', call: (c) => c.builder.stream(c.topic, { name: c.name(), ...consumed(c) }) },
  table: { keeps: 'nothing', call: (c) => c.builder.table(c.topic, { name: c.name(), ...consumed(c), materialized: materialized(c) }) },
  globalTable: {
    keeps: 'nothing',
    call: (c) => c.builder.globalTable(c.topic, { name: c.name(), ...consumed(c), materialized: materialized(c) }),
  },
  filter: {
    keeps: 'key and value',
    call: (c) => (isTable(c) ? c.upstreams[0]!.filter(c.fn, storedIfAsked(c)) : c.stream(0).filter(c.fn, { name: c.name() })),
  },
  filterNot: {
    keeps: 'key and value',
    call: (c) => (isTable(c) ? c.upstreams[0]!.filterNot(c.fn, storedIfAsked(c)) : c.stream(0).filterNot(c.fn, { name: c.name() })),
  },
  mapValues: {
    keeps: 'key',
    call: (c) => (isTable(c) ? c.upstreams[0]!.mapValues(c.fn, storedIfAsked(c)) : c.stream(0).mapValues(c.fn, { name: c.name() })),
  },
  map: { keeps: 'nothing', call: (c) => c.stream(0).map(c.fn, { name: c.name() }) },
  flatMap: { keeps: 'nothing', call: (c) => c.stream(0).flatMap(c.fn, { name: c.name() }) },
  flatMapValues: { keeps: 'key', call: (c) => c.stream(0).flatMapValues(c.fn, { name: c.name() }) },
  selectKey: { keeps: 'value', call: (c) => c.stream(0).selectKey(c.fn, { name: c.name() }) },
  peek: { keeps: 'key and value', call: (c) => c.stream(0).peek(c.fn, { name: c.name() }) },
  forEach: { keeps: 'nothing', call: (c) => c.stream(0).forEach(c.fn, { name: c.name() }) },
  merge: { keeps: 'key and value', call: (c) => c.stream(0).merge(c.stream(1), { name: c.name() }) },
  branch: { keeps: 'key and value', call: (c) => c.branch() },
  defaultBranch: { keeps: 'key and value', call: (c) => c.branch() },
  count: { keeps: 'nothing', call: count },
  reduce: { keeps: 'value', call: reduce },
  aggregate: { keeps: 'nothing', call: aggregate },
  cogroup: { keeps: 'key', call: cogroup },
  join: { keeps: 'key', takes: 'global tables too', call: (c) => join('join', c) },
  leftJoin: { keeps: 'key', takes: 'global tables too', call: (c) => join('leftJoin', c) },
  outerJoin: { keeps: 'key', takes: 'global tables too', call: (c) => join('outerJoin', c) },
  process: { keeps: 'nothing', call: (c) => c.stream(0).process(processorSupplier(c), connected(c)) },
  processValues: { keeps: 'key', call: (c) => c.stream(0).processValues(processorSupplier(c), connected(c)) },
  asyncMapValues: {
    keeps: 'key',
    call: (c) => {
      const { concurrency, timeout, retry } = c.options;
      return c.stream(0).asyncMapValues(c.fn, given({ name: c.name(), concurrency, timeout, retry }));
    },
  },
  toTable: { keeps: 'key and value', call: (c) => c.stream(0).toTable({ ...stored(c), ...written(c) }) },
  repartition: {
    keeps: 'key and value',
    call: (c) =>
      c
        .stream(0)
        .repartition(given({ name: c.name(), ...written(c), partitions: c.options.partitions, partitioner: c.options.partitioner })),
  },
  to: {
    keeps: 'nothing',
    call: (c) => c.stream(0).to(c.topic ?? c.fn, given({ name: c.name(), ...written(c), partitioner: c.options.partitioner })),
  },
  build: { keeps: 'nothing', takes: 'global tables too', call: built },
};

/** What a `@Build` method answers, where it is something that others can come after. */
function built(call: OperatorCall): Face | void {
  const made: unknown = call.fn(call.builder, ...call.upstreams);
  if (made instanceof Promise)
    throw call.fault(
      'a topology can not be assembled asynchronously',
      'Ask for what it needs before: in the factory of a provider, or of the module.',
    );
  if (made instanceof KStream || made instanceof KTable || made instanceof GlobalKTable) return made;
}
