import { KTable } from '@ouzel/streams';
import { storeOptionNames } from '../options/operator-options.js';
import { defined } from '../options/option-reading.js';
import { noEffect, type OperatorCall, type Serdes } from './operator-call.js';
import type { AnyConsumed, AnyMaterialized, AnyTable } from '../../decorators/untyped.js';

/** Returns the upstream where it is a table. */
export function tableBefore({ upstreams: [first] }: OperatorCall): AnyTable | undefined {
  return first instanceof KTable ? first : undefined;
}

/** Returns how a source reads its topic. */
export function consumed({ options: { key, value, timestamp, offsetReset, tombstones } }: OperatorCall): AnyConsumed {
  return defined({ key, value, timestamp, offsetReset, tombstones });
}

/** Returns the serdes of a topic that the records of the upstream are written to. */
export function written({ options, serdes }: OperatorCall): Partial<Serdes> {
  const known = serdes(0);
  return defined({ key: options.key ?? known.key, value: options.value ?? known.value });
}

/**
 * Returns how the member's store is kept. It has the keys of the upstream unless they are regrouped; its values are
 * those of the member.
 */
export function materialized(call: OperatorCall): AnyMaterialized {
  const { key, value, groupBy, caching, logging, retention, ttl, type } = call.options;
  return defined({
    store: call.store(),
    key: key ?? (groupBy === undefined ? call.serdes(0).key : undefined),
    value,
    caching,
    logging,
    retention,
    ttl,
    type,
  });
}

export function stored(call: OperatorCall): { name: string; materialized: AnyMaterialized } {
  return { name: call.name(), materialized: materialized(call) };
}

/** Returns name and store of an operator that needs no store: it has one when the options name it. */
export function storedIfNamed(call: OperatorCall): { name: string; materialized?: AnyMaterialized } {
  if (call.options.store !== undefined) return stored(call);
  const useless = storeOptionNames.filter((name) => call.options[name] !== undefined);
  if (useless.length > 0) throw call.fault(`has no store, so that ${noEffect(useless)}`, "Name the store: { store: '…' }.");
  return { name: call.name() };
}
