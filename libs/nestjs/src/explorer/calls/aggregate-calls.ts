import { SessionWindow, type SlidingWindow, type TimeWindow } from '@ouzel/streams';
import type { Windows } from '../options/option-readers.js';
import { defined } from '../options/option-reading.js';
import { stored, tableBefore } from './materialized.js';
import type { OperatorCall, Serdes } from './operator-call.js';
import type { AnyGroup, AnyRegroupedTable, AnySessionWindowed, AnyTable, AnyTimeWindowed, UserFunction } from '../../decorators/untyped.js';

export function count(call: OperatorCall): AnyTable {
  const table = tableBefore(call);
  return table === undefined ? windowed(call).count(stored(call)) : regrouped(call, table).count(stored(call));
}

export function reduce(call: OperatorCall): AnyTable {
  const table = tableBefore(call);
  return table === undefined
    ? windowed(call).reduce(call.method, stored(call))
    : regrouped(call, table).reduce(call.method, subtractOf(call), stored(call));
}

export function aggregate(call: OperatorCall): AnyTable {
  const table = tableBefore(call);
  const initial = call.options.initial!;
  if (table !== undefined) return regrouped(call, table).aggregate(initial, call.method, subtractOf(call), stored(call));
  const window = windowOf(call);
  return window instanceof SessionWindow
    ? inSessions(call, window).aggregate(initial, call.method, mergeOf(call), stored(call))
    : inWindows(call, window).aggregate(initial, call.method, stored(call));
}

/** Groups the stream by its key, or by what `groupBy` returns. `value` is the serde of what the stream carries. */
export function grouped(call: OperatorCall, value: Serdes['value'] = call.serdes(0).value): AnyGroup {
  const { groupBy, key } = call.options;
  const name = call.name('by');
  return groupBy === undefined
    ? call.stream(0).groupByKey(defined({ name, key: key ?? call.serdes(0).key, value }))
    : call.stream(0).groupBy(groupBy, defined({ name, key, value }));
}

/** Returns the window of an aggregate of a stream. Throws a MemberFault for options that have no effect there. */
export function windowOf({ options, fault }: OperatorCall): Windows | undefined {
  const { window, emit, suppress, subtract } = options as typeof options & { readonly window?: Windows };
  if (subtract !== undefined) throw fault('has subtract, which only tables need', 'Leave it out: a stream has no former values.');
  if (window !== undefined) return window;
  const giveWindow = "or give a window: { window: tumbling('1m') }.";
  if (emit !== undefined) throw fault('says when windows send results, and has no window', `Leave emit out, ${giveWindow}`);
  if (suppress?.until === 'window-close')
    throw fault('holds results back until windows close, and has no window', `Suppress with untilTimeLimit, ${giveWindow}`);
  return undefined;
}

function windowed(call: OperatorCall): AnyGroup | AnyTimeWindowed | AnySessionWindowed {
  const window = windowOf(call);
  return window instanceof SessionWindow ? inSessions(call, window) : inWindows(call, window);
}

function inSessions(call: OperatorCall, window: SessionWindow): AnySessionWindowed {
  const { emit } = call.options;
  const sessions = grouped(call).windowedBy(window);
  return emit === undefined ? sessions : sessions.emitStrategy(emit);
}

function inWindows(call: OperatorCall, window: TimeWindow | SlidingWindow | undefined): AnyGroup | AnyTimeWindowed {
  const { emit } = call.options;
  const group = grouped(call);
  if (window === undefined) return group;
  const windows = group.windowedBy(window);
  return emit === undefined ? windows : windows.emitStrategy(emit);
}

function regrouped(call: OperatorCall, table: AnyTable): AnyRegroupedTable {
  const { groupBy, key, window, emit } = call.options;
  if (groupBy === undefined)
    throw call.fault('a table is grouped without groupBy', 'Return the new key and value: groupBy: (value, key) => [newKey, newValue].');
  if (window !== undefined || emit !== undefined)
    throw call.fault('a table has no windows', 'Leave window and emit out, or begin with the stream.');
  return table.groupBy(groupBy, defined({ name: call.name('by'), key, value: call.serdes(0).value }));
}

function subtractOf(call: OperatorCall): UserFunction {
  if (call.options.subtract === undefined)
    throw call.fault('a table is aggregated without subtract', 'Give the function that takes the former value of a row out again.');
  return call.options.subtract;
}

/** Returns the function that makes one session of two. */
export function mergeOf(call: OperatorCall): UserFunction {
  if (call.options.merge === undefined)
    throw call.fault(
      'session windows are aggregated without merge',
      'Give the function that makes one aggregate of two: merge: (left, right, key) => ….',
    );
  return call.options.merge;
}
