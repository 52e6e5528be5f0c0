import {
  KStream,
  KTable,
  SessionWindow,
  type KGroupedStream,
  type KGroupedTable,
  type Materialized,
  type SessionWindowedKStream,
  type TimeWindowedKStream,
} from '@ouzel/streams';
import type { OperatorName } from '../decorators/member.js';
import { given, type Face, type OperatorCall, type Serdes } from './operator-call.js';

interface OperatorRow {
  /** Which serdes of the upstream still fit what the operator makes. */
  readonly keeps: 'key and value' | 'key' | 'value' | 'nothing';
  /** Answers nothing where nothing comes after. */
  readonly call: (call: OperatorCall) => Face | void;
}

/** The DSL call that each decorator stands for. */
export const operatorCalls: Readonly<Record<OperatorName, OperatorRow>> = {
  source: { keeps: 'nothing', call: (c) => c.builder.stream(c.topic, { name: c.name(), ...consumed(c) }) },
  table: { keeps: 'nothing', call: (c) => c.builder.table(c.topic, { name: c.name(), ...consumed(c), materialized: materialized(c) }) },
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
  count: { keeps: 'nothing', call: (c) => (isTable(c) ? regrouped(c).count(stored(c)) : grouped(c).count(stored(c))) },
  reduce: {
    keeps: 'value',
    call: (c) => (isTable(c) ? regrouped(c).reduce(c.fn, subtractOf(c), stored(c)) : grouped(c).reduce(c.fn, stored(c))),
  },
  aggregate: { keeps: 'nothing', call: aggregate },
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
  build: { keeps: 'nothing', call: built },
};

/** What a `@Build` method answers, where it is something that others can come after. */
function built(call: OperatorCall): Face | void {
  const made: unknown = call.fn(call.builder, ...call.upstreams);
  if (made instanceof Promise)
    throw call.fault(
      'a topology can not be assembled asynchronously',
      'Ask for what it needs before: in the factory of a provider, or of the module.',
    );
  if (made instanceof KStream || made instanceof KTable) return made;
}

type GroupedStream = KGroupedStream<any, any> | TimeWindowedKStream<any, any> | SessionWindowedKStream<any, any>;

function isTable(call: OperatorCall): call is OperatorCall & { readonly upstreams: readonly KTable<any, any>[] } {
  return call.upstreams[0] instanceof KTable;
}

function consumed({ options: { key, value, timestamp, offsetReset, tombstones } }: OperatorCall) {
  return given({ key, value, timestamp, offsetReset, tombstones });
}

/** Serdes for a topic that the records of the upstream are written to. */
function written({ options, serdes }: OperatorCall): Partial<Serdes> {
  const known = serdes(0);
  return given({ key: options.key ?? known.key, value: options.value ?? known.value });
}

/** A store has the keys of the upstream unless they are regrouped, and of an aggregate's value only `reduce` knows that it is the upstream's. */
function materialized(call: OperatorCall): Materialized<any, any> {
  const { key, value, groupBy, caching, logging, retention, type } = call.options;
  return given({
    store: call.store(),
    key: key ?? (groupBy === undefined ? call.serdes(0).key : undefined),
    value,
    caching,
    logging,
    retention,
    type,
  });
}
function stored(call: OperatorCall) {
  return { name: call.name(), materialized: materialized(call) };
}
function storedIfAsked(call: OperatorCall) {
  return call.options.store === undefined ? { name: call.name() } : stored(call);
}

function grouped(call: OperatorCall): GroupedStream {
  const { groupBy, key, window, emit } = call.options;
  const known = call.serdes(0);
  const name = call.name('by');
  const group =
    groupBy === undefined
      ? call.stream(0).groupByKey(given({ name, key: key ?? known.key, value: known.value }))
      : call.stream(0).groupBy(groupBy, given({ name, key, value: known.value }));
  if (window === undefined) return group;
  const windowed = group.windowedBy(window) as TimeWindowedKStream<any, any> | SessionWindowedKStream<any, any>;
  return emit === undefined ? windowed : windowed.emitStrategy(emit);
}

function regrouped(call: OperatorCall): KGroupedTable<any, any> {
  const { groupBy, key, window } = call.options;
  if (groupBy === undefined)
    throw call.fault('a table is grouped without groupBy', 'Answer the new key and value: groupBy: (value, key) => [newKey, newValue].');
  if (window !== undefined) throw call.fault('a table has no windows', 'Leave window out, or begin with the stream.');
  return (call.upstreams[0] as KTable<any, any>).groupBy(groupBy, given({ name: call.name('by'), key, value: call.serdes(0).value }));
}

function subtractOf(call: OperatorCall): (...args: any[]) => any {
  if (call.options.subtract === undefined)
    throw call.fault('a table is aggregated without subtract', 'Give the function that takes the former value of a row out again.');
  return call.options.subtract;
}

function aggregate(call: OperatorCall): Face {
  const { initial, merge, window } = call.options;
  if (isTable(call)) return regrouped(call).aggregate(initial, call.fn, subtractOf(call), stored(call));
  if (!(window instanceof SessionWindow)) return (grouped(call) as KGroupedStream<any, any>).aggregate(initial, call.fn, stored(call));
  if (merge === undefined)
    throw call.fault(
      'session windows are aggregated without merge',
      'Give the function that makes one aggregate of two: merge: (left, right, key) => ….',
    );
  return (grouped(call) as SessionWindowedKStream<any, any>).aggregate(initial, call.fn, merge, stored(call));
}
