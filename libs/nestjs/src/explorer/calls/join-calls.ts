import { GlobalKTable, KStream, KTable, type JoinWindow } from '@ouzel/streams';
import { storeOptionNames, type OperatorOptions } from '../options/operator-options.js';
import { defined } from '../options/option-reading.js';
import { stored, storedIfNamed } from './materialized.js';
import { noEffect, type OperatorCall, type StreamOrTable } from './operator-call.js';
import type { AnyGlobalTable, AnyStream, AnyStreamJoined, AnyTable } from '../../decorators/untyped.js';

type JoinName = 'join' | 'leftJoin' | 'outerJoin';
type OptionName = keyof OperatorOptions;
type Joins = Readonly<Record<'join' | 'leftJoin', () => StreamOrTable>> & { readonly outerJoin?: () => StreamOrTable };

/** A way to join two members. */
interface Pair {
  /** The two sides in words, for errors: `two streams`, `a stream with a table`. */
  readonly what: string;
  /** The options that it has besides those of all joins. */
  readonly options: readonly OptionName[];
  /** The option without which it is not this join. */
  readonly needs?: { readonly option: OptionName; readonly help: string };
  /** The calls of the DSL. Where `outerJoin` is missing, there is no outer join. */
  readonly joins: (call: OperatorCall) => Joins;
}

const table = [...storeOptionNames, 'suppress'] as const;
const onAllJoins = ['key', 'value', 'to'] as const;

function twoStreams(left: AnyStream, right: AnyStream): Pair {
  return {
    what: 'two streams',
    options: ['window', 'left', 'right', 'store', 'leftStore', 'rightStore', 'logging', 'type'],
    needs: { option: 'window', help: "Say how far records may lie apart: { window: within('5m') }." },
    joins: (c) => ({
      join: () => left.join(right, c.method, streamJoined(c)),
      leftJoin: () => left.leftJoin(right, c.method, streamJoined(c)),
      outerJoin: () => left.outerJoin(right, c.method, streamJoined(c)),
    }),
  };
}

function streamAndTable(left: AnyStream, right: AnyTable): Pair {
  const options = (c: OperatorCall) => ({ name: c.name(), ...sides(c), ...defined({ grace: c.options.grace }) });
  return {
    what: 'a stream with a table',
    options: ['left', 'right', 'grace'],
    joins: (c) => ({
      join: () => left.join(right, c.method, options(c)),
      leftJoin: () => left.leftJoin(right, c.method, options(c)),
    }),
  };
}

function streamAndGlobalTable(left: AnyStream, right: AnyGlobalTable): Pair {
  const options = (c: OperatorCall) => ({ name: c.name(), on: c.options.on! });
  return {
    what: 'a stream with a global table',
    options: ['on'],
    needs: { option: 'on', help: 'Say which row belongs to a record: { on: (value, key) => key of the global table }.' },
    joins: (c) => ({
      join: () => left.join(right, c.method, options(c)),
      leftJoin: () => left.leftJoin(right, c.method, options(c)),
    }),
  };
}

function twoTables(left: AnyTable, right: AnyTable): Pair {
  return {
    what: 'two tables',
    options: table,
    joins: (c) => ({
      join: () => left.join(right, c.method, storedIfNamed(c)),
      leftJoin: () => left.leftJoin(right, c.method, storedIfNamed(c)),
      outerJoin: () => left.outerJoin(right, c.method, storedIfNamed(c)),
    }),
  };
}

/**
 * The result always has a store of the member's name. Without one, Kafka Streams would number a store as soon as
 * another operator needs the rows.
 */
function tablesByForeignKey(left: AnyTable, right: AnyTable): Pair {
  const options = (c: OperatorCall) => {
    const { foreignKey, partitioner, otherPartitioner } = c.options;
    return { ...stored(c), foreignKey: foreignKey!, ...defined({ partitioner, otherPartitioner }) };
  };
  return {
    what: 'two tables by foreign key',
    options: ['foreignKey', 'partitioner', 'otherPartitioner', ...table],
    joins: (c) => ({
      join: () => left.join(right, c.method, options(c)),
      leftJoin: () => left.leftJoin(right, c.method, options(c)),
    }),
  };
}

const joinOptions: readonly OptionName[] = [
  'window',
  'left',
  'right',
  'leftStore',
  'rightStore',
  'grace',
  'on',
  'foreignKey',
  'partitioner',
  'otherPartitioner',
  ...table,
];

/** Joins two members. Throws a MemberFault that says what would fit. */
export function join(name: JoinName, call: OperatorCall): StreamOrTable {
  const pair = pairOf(call);
  const make = pair.joins(call)[name];
  if (make === undefined)
    throw call.fault(`there is no outer join of ${pair.what}`, '@LeftJoin keeps what is on the left and finds nothing.');
  const { options } = call;
  if (pair.needs !== undefined && options[pair.needs.option] === undefined)
    throw call.fault(`joins ${pair.what} without ${pair.needs.option}`, pair.needs.help);
  const useless = joinOptions.filter((option) => options[option] !== undefined && !pair.options.includes(option));
  if (useless.length > 0)
    throw call.fault(`joins ${pair.what}, where ${noEffect(useless)}`, `There are ${[...pair.options, ...onAllJoins].join(', ')}.`);
  return make();
}

function pairOf(call: OperatorCall): Pair {
  const [left, right] = call.upstreams;
  if (left instanceof KStream) {
    if (right instanceof KStream) return twoStreams(left, right);
    return right instanceof KTable ? streamAndTable(left, right) : streamAndGlobalTable(left, right as AnyGlobalTable);
  }
  if (left instanceof GlobalKTable) throw call.fault('begins with a global table', 'Put the stream first, the global table second.');
  if (right instanceof KStream) throw call.fault('joins a table with a stream', 'Put the stream first, the table second.');
  if (right instanceof GlobalKTable)
    throw call.fault(
      'joins a table with a global table',
      'A global table is joined with streams: put the changes of the table first (@Peek makes a stream of them), or read its topic with @Table.',
    );
  const [first, second] = [left as AnyTable, right as AnyTable];
  return call.options.foreignKey === undefined ? twoTables(first, second) : tablesByForeignKey(first, second);
}

function streamJoined(call: OperatorCall): AnyStreamJoined {
  const { window, store, leftStore, rightStore, logging, type } = call.options;
  const name = call.name();
  return {
    name,
    ...sides(call),
    ...defined({ leftStore, rightStore, logging, type }),
    window: window as JoinWindow,
    store: (store as string | undefined) ?? name,
  };
}

/** Returns the serdes of both sides: as the options say, else those of the upstreams. */
function sides({ options, serdes }: OperatorCall) {
  return defined({
    key: options.key ?? serdes(0).key ?? serdes(1).key,
    left: options.left ?? serdes(0).value,
    right: options.right ?? serdes(1).value,
  });
}
