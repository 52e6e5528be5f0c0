import { KTable, type Materialized } from '@ouzel/streams';
import { given, type OperatorCall, type Serdes } from './operator-call.js';

export function isTable(call: OperatorCall): call is OperatorCall & { readonly upstreams: readonly KTable<any, any>[] } {
  return call.upstreams[0] instanceof KTable;
}

export function consumed({ options: { key, value, timestamp, offsetReset, tombstones } }: OperatorCall) {
  return given({ key, value, timestamp, offsetReset, tombstones });
}

/** Serdes for a topic that the records of the upstream are written to. */
export function written({ options, serdes }: OperatorCall): Partial<Serdes> {
  const known = serdes(0);
  return given({ key: options.key ?? known.key, value: options.value ?? known.value });
}

/** A store has the keys of the upstream unless they are regrouped, and of an aggregate's value only `reduce` knows that it is the upstream's. */
export function materialized(call: OperatorCall): Materialized<any, any> {
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
export function stored(call: OperatorCall) {
  return { name: call.name(), materialized: materialized(call) };
}
export function storedIfAsked(call: OperatorCall) {
  return call.options.store === undefined ? { name: call.name() } : stored(call);
}
