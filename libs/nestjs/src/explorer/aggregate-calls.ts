import {
  SessionWindow,
  type KGroupedStream,
  type KGroupedTable,
  type KTable,
  type SessionWindowedKStream,
  type TimeWindowedKStream,
} from '@ouzel/streams';
import { isTable, stored } from './materialized.js';
import { given, type OperatorCall } from './operator-call.js';

type WindowedStream = TimeWindowedKStream<any, any> | SessionWindowedKStream<any, any>;

export function count(call: OperatorCall): KTable<any, number> {
  return isTable(call) ? regrouped(call).count(stored(call)) : windowed(call).count(stored(call));
}

export function reduce(call: OperatorCall): KTable<any, any> {
  return isTable(call) ? regrouped(call).reduce(call.fn, subtractOf(call), stored(call)) : windowed(call).reduce(call.fn, stored(call));
}

export function aggregate(call: OperatorCall): KTable<any, any> {
  const { initial, window } = call.options;
  if (isTable(call)) return regrouped(call).aggregate(initial, call.fn, subtractOf(call), stored(call));
  if (!(window instanceof SessionWindow)) return (windowed(call) as KGroupedStream<any, any>).aggregate(initial, call.fn, stored(call));
  return (windowed(call) as SessionWindowedKStream<any, any>).aggregate(initial, call.fn, mergeOf(call), stored(call));
}

/** The stream by key, or by what `groupBy` answers. `value`: serde of what the stream carries. */
export function grouped(call: OperatorCall, value = call.serdes(0).value): KGroupedStream<any, any> {
  const { groupBy, key } = call.options;
  const name = call.name('by');
  return groupBy === undefined
    ? call.stream(0).groupByKey(given({ name, key: key ?? call.serdes(0).key, value }))
    : call.stream(0).groupBy(groupBy, given({ name, key, value }));
}

function windowed(call: OperatorCall): KGroupedStream<any, any> | WindowedStream {
  const { window, emit } = call.options;
  if (window === undefined && emit !== undefined)
    throw call.fault('says when windows send results, and has no window', "Leave emit out, or give a window: { window: tumbling('1m') }.");
  const group = grouped(call);
  if (window === undefined) return group;
  const inWindows = group.windowedBy(window) as WindowedStream;
  return emit === undefined ? inWindows : inWindows.emitStrategy(emit);
}

function regrouped(call: OperatorCall): KGroupedTable<any, any> {
  const { groupBy, key, window, emit } = call.options;
  if (groupBy === undefined)
    throw call.fault('a table is grouped without groupBy', 'Answer the new key and value: groupBy: (value, key) => [newKey, newValue].');
  if (window !== undefined || emit !== undefined)
    throw call.fault('a table has no windows', 'Leave window and emit out, or begin with the stream.');
  return (call.upstreams[0] as KTable<any, any>).groupBy(groupBy, given({ name: call.name('by'), key, value: call.serdes(0).value }));
}

function subtractOf(call: OperatorCall): (...args: any[]) => any {
  if (call.options.subtract === undefined)
    throw call.fault('a table is aggregated without subtract', 'Give the function that takes the former value of a row out again.');
  return call.options.subtract;
}

/** Merge of session windows. */
export function mergeOf(call: OperatorCall): (...args: any[]) => any {
  if (call.options.merge === undefined)
    throw call.fault(
      'session windows are aggregated without merge',
      'Give the function that makes one aggregate of two: merge: (left, right, key) => ….',
    );
  return call.options.merge;
}
