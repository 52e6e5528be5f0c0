import { GlobalKTable, KStream, KTable } from '@ouzel/streams';
import { stored, storedIfAsked } from './materialized.js';
import { given, type Face, type OperatorCall } from './operator-call.js';

type JoinName = 'join' | 'leftJoin' | 'outerJoin';

/** What two members can be joined as. */
interface Pair {
  /** `two streams`, `a stream with a table`. */
  readonly what: string;
  /** Its own, beside those that all members have. */
  readonly options: readonly string[];
  /** The option without which it is not that join. */
  readonly needs?: { readonly option: string; readonly help: string };
  /** What to do instead of an outer join, where there is none. */
  readonly withoutOuter?: string;
  readonly call: (call: OperatorCall, name: JoinName) => Face;
}

const store = ['store', 'caching', 'logging', 'retention', 'type', 'suppress'] as const;
const leftJoinInstead = '@LeftJoin keeps what is on the left and finds nothing.';

const streams: Pair = {
  what: 'two streams',
  options: ['window', 'left', 'right', 'store', 'leftStore', 'rightStore', 'logging', 'type'],
  needs: { option: 'window', help: "Say how far records may lie apart: { window: within('5m') }." },
  call: (c, name) => streamOf(c)[name](c.upstreams[1], c.fn, { name: c.name(), ...streamJoined(c) }),
};
const streamAndTable: Pair = {
  what: 'a stream with a table',
  options: ['left', 'right', 'grace'],
  withoutOuter: leftJoinInstead,
  call: (c, name) => streamOf(c)[name](c.upstreams[1], c.fn, { name: c.name(), ...sides(c), ...given({ grace: c.options.grace }) }),
};
const streamAndGlobalTable: Pair = {
  what: 'a stream with a global table',
  options: ['on'],
  needs: { option: 'on', help: 'Say which row belongs to a record: { on: (value, key) => key of the global table }.' },
  withoutOuter: leftJoinInstead,
  call: (c, name) => streamOf(c)[name](c.upstreams[1], c.fn, { name: c.name(), on: c.options.on }),
};
const tables: Pair = {
  what: 'two tables',
  options: store,
  call: (c, name) => tableOf(c)[name](c.upstreams[1], c.fn, storedIfAsked(c)),
};
/** Its result always has a store of the member's name: Kafka Streams would number one as soon as somebody looks rows up in it. */
const tablesByForeignKey: Pair = {
  what: 'two tables by foreign key',
  options: ['foreignKey', 'partitioner', 'otherPartitioner', ...store],
  withoutOuter: leftJoinInstead,
  call: (c, name) => {
    const { foreignKey, partitioner, otherPartitioner } = c.options;
    return tableOf(c)[name](c.upstreams[1], c.fn, { ...stored(c), foreignKey, ...given({ partitioner, otherPartitioner }) });
  },
};

const pairs = [streams, streamAndTable, streamAndGlobalTable, tables, tablesByForeignKey];
const joinOptions = new Set(pairs.flatMap(({ options }) => options));

/** The join of what two members are; what does not fit is a fault that says what would. */
export function join(name: JoinName, call: OperatorCall): Face {
  const pair = pairOf(call);
  if (name === 'outerJoin' && pair.withoutOuter !== undefined)
    throw call.fault(`there is no outer join of ${pair.what}`, pair.withoutOuter);
  const given = Object.keys(call.options).filter((option) => call.options[option] !== undefined);
  if (pair.needs !== undefined && !given.includes(pair.needs.option))
    throw call.fault(`joins ${pair.what} without ${pair.needs.option}`, pair.needs.help);
  const useless = given.filter((option) => joinOptions.has(option) && !pair.options.includes(option));
  if (useless.length > 0)
    throw call.fault(
      `joins ${pair.what}, where ${useless.join(' and ')} ${useless.length === 1 ? 'has' : 'have'} no effect`,
      `There is: ${[...pair.options, 'key', 'value', 'to'].join(', ')}.`,
    );
  return pair.call(call, name);
}

function pairOf(call: OperatorCall): Pair {
  const [left, right] = call.upstreams;
  if (left instanceof KStream) {
    if (right instanceof KStream) return streams;
    return right instanceof KTable ? streamAndTable : streamAndGlobalTable;
  }
  if (left instanceof GlobalKTable) throw call.fault('begins with a global table', 'Put the stream first, the global table second.');
  if (right instanceof KStream) throw call.fault('joins a table with a stream', 'Put the stream first, the table second.');
  if (right instanceof GlobalKTable)
    throw call.fault(
      'joins a table with a global table',
      'A global table is joined with streams: put the changes of the table first (@Peek makes a stream of them), or read its topic with @Table.',
    );
  return call.options.foreignKey === undefined ? tables : tablesByForeignKey;
}

/** Which overload it is follows from the pair, which was looked at before: no single signature takes all of them, hence the casts. */
type AnyJoin<F> = Readonly<Record<JoinName, (other: unknown, joiner: unknown, options: object) => F>>;
function streamOf(call: OperatorCall): AnyJoin<KStream<any, any>> {
  return call.stream(0) as unknown as AnyJoin<KStream<any, any>>;
}
function tableOf(call: OperatorCall): AnyJoin<KTable<any, any>> {
  return call.upstreams[0] as unknown as AnyJoin<KTable<any, any>>;
}

function streamJoined(call: OperatorCall) {
  const { window, leftStore, rightStore, logging, type } = call.options;
  return { ...sides(call), ...given({ window, store: call.options.store ?? call.name(), leftStore, rightStore, logging, type }) };
}

/** Serdes of both sides; those of the members where the options say none. */
function sides({ options, serdes }: OperatorCall) {
  return given({
    key: options.key ?? serdes(0).key ?? serdes(1).key,
    left: options.left ?? serdes(0).value,
    right: options.right ?? serdes(1).value,
  });
}
