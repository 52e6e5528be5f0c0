import { SessionWindow, type CogroupedKStream, type KTable } from '@ouzel/streams';
import { grouped, mergeOf } from './aggregate-calls.js';
import { stored } from './materialized.js';
import { Fold, type OperatorCall } from './operator-call.js';

/** `@Cogroup`: of a method, the stream by key; of a property, the table that those are folded into, its upstreams. */
export function cogroup(call: OperatorCall): Fold | KTable<any, any> {
  if (call.options.into !== undefined) return new Fold(grouped(call, call.options.value ?? call.serdes(0).value), call.fn);
  const [first, ...others] = call.upstreams as readonly Fold[];
  if (first === undefined)
    throw call.fault(
      'nothing is folded into it',
      "Fold at least one stream: @Cogroup('…', { into: '…' }) on a method (aggregate, value) => ….",
    );
  return table(
    call,
    others.reduce((folds: CogroupedKStream<any, any>, { group, add }) => folds.cogroup(group, add), first.group.cogroup(first.add)),
  );
}

function table(call: OperatorCall, folds: CogroupedKStream<any, any>): KTable<any, any> {
  const { initial, window } = call.options;
  if (window === undefined) return folds.aggregate(initial, stored(call));
  if (window instanceof SessionWindow) return folds.windowedBy(window).aggregate(initial, mergeOf(call), stored(call));
  return folds.windowedBy(window).aggregate(initial, stored(call));
}
