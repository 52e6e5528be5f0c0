import { SessionWindow } from '@ouzel/streams';
import { grouped, mergeOf, windowOf } from './aggregate-calls.js';
import { stored } from './materialized.js';
import { Fold, type OperatorCall } from './operator-call.js';
import type { AnyCogroup, AnyTable } from '../../decorators/untyped.js';

/** `@Cogroup` on a method: returns the grouped stream, and the method that folds it into the table. */
export function fold(call: OperatorCall): Fold {
  return new Fold(grouped(call, call.options.value ?? call.serdes(0).value), call.method);
}

/** `@Cogroup` on a property: returns the table of all folds, which are its upstreams. */
export function cogroup(call: OperatorCall): AnyTable {
  const folds = call.upstreams.filter((upstream) => upstream instanceof Fold);
  const [first, ...others] = folds;
  if (first === undefined)
    throw call.fault(
      'nothing is folded into it',
      "Fold at least one stream: @Cogroup('…', { into: '…' }) on a method (aggregate, value) => ….",
    );
  return table(
    call,
    others.reduce<AnyCogroup>((cogrouped, { group, add }) => cogrouped.cogroup(group, add), first.group.cogroup(first.add)),
  );
}

function table(call: OperatorCall, folds: AnyCogroup): AnyTable {
  const initial = call.options.initial!;
  const window = windowOf(call);
  if (window === undefined) return folds.aggregate(initial, stored(call));
  if (window instanceof SessionWindow) return folds.windowedBy(window).aggregate(initial, mergeOf(call), stored(call));
  return folds.windowedBy(window).aggregate(initial, stored(call));
}
