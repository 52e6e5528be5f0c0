import { serdes, Stores, StreamsBuilder, tumbling, untilWindowCloses } from '../../index.js';
import type { KeyValueStore, KStream, FixedKeyProcessorContext, StreamRecord, Topology } from '../../index.js';
import { text } from '../../embedded-app.spec-support.js';
import type { CrashPoint } from './crash-points.spec-support.js';

/** An input record. Its value is its number. */
export interface Input {
  readonly key: string;
  readonly value: string;
  readonly timestamp: number;
}

export interface CrashTopology {
  readonly name: string;
  /** `at` is called at the points that lie in user code. */
  build(at: (point: CrashPoint) => void): Topology;
  /** Returns what is wrong with the outputs, `key=value`, given all inputs. `isExact`: each input counts once. */
  check(outputs: readonly string[], inputs: readonly Input[], isExact: boolean): string[];
}

type Text = StreamRecord<string, string>;

/** Lets a stream pass by the points of user code: each record, and a punctuation. */
function watched(stream: KStream<string, string>, at: (point: CrashPoint) => void): KStream<string, string> {
  return stream.processValues<string>(() => {
    let context: FixedKeyProcessorContext<string, string>;
    return {
      init(given: FixedKeyProcessorContext<string, string>) {
        context = given;
        context.schedule(10, 'wall-clock-time', () => at('while it punctuates'));
      },
      process(record: Text) {
        at('while it processes a record');
        return context.forward(record);
      },
    };
  });
}

const sentOn =
  (at: (point: CrashPoint) => void) =>
  <V>(value: V): V => {
    at('while it sends on what it held back');
    return value;
  };

/** Returns the counts of each key in the order in which they came. */
function countsOf(outputs: readonly string[]): Map<string, number[]> {
  const counts = new Map<string, number[]>();
  for (const output of outputs) {
    const [key, count] = output.split('=') as [string, string];
    counts.set(key, [...(counts.get(key) ?? []), Number(count)]);
  }
  return counts;
}

function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** A count behind a repartition topic. The cache holds counts back until the commit. */
const repartitioned: CrashTopology = {
  name: 'a cached count behind a repartition topic',
  build(at) {
    const builder = new StreamsBuilder();
    watched(builder.stream('in', text), at)
      .selectKey((value) => `group-${Number(value) % 5}`)
      .groupByKey(text)
      .count({ materialized: { store: 'counts' } })
      .toStream()
      .mapValues(sentOn(at))
      .to('out', { key: serdes.string, value: serdes.long });
    return builder.build();
  },
  check(outputs, inputs, isExact) {
    const counts = countsOf(outputs);
    return [...tally(inputs.map(({ value }) => `group-${Number(value) % 5}`))].flatMap(([group, count]) => {
      const found = counts.get(group) ?? [];
      const isRising = found.every((value, i) => i === 0 || value > found[i - 1]!);
      const isRight = isExact ? isRising && found.at(-1) === count : (found.at(-1) ?? 0) >= count;
      return isRight ? [] : [`${group}: ${found.join(' ')} instead of ${count}`];
    });
  },
};

/** Windows whose results are held back until they close. */
const windowed: CrashTopology = {
  name: 'windows, suppressed until they close',
  build(at) {
    const builder = new StreamsBuilder();
    watched(builder.stream('in', text), at)
      .groupByKey(text)
      .windowedBy(tumbling(10, { grace: 0 }))
      .count({ materialized: { store: 'windows' } })
      .suppress(untilWindowCloses(), { name: 'final' })
      .toStream((_, { key, window }) => `${key}@${window.start}`)
      .mapValues(sentOn(at))
      .to('out', { key: serdes.string, value: serdes.long });
    return builder.build();
  },
  check(outputs, inputs, isExact) {
    const counts = countsOf(outputs);
    const ends = new Map<string, number>();
    for (const { key, timestamp } of inputs) ends.set(key, Math.max(ends.get(key) ?? 0, timestamp));
    const names = inputs.map(({ key, timestamp }) => ({ key, start: timestamp - (timestamp % 10) }));
    // The keys are those of partitions: each has a stream time of its own.
    const closed = names.filter(({ key, start }) => start + 10 <= ends.get(key)!);
    return [...tally(closed.map(({ key, start }) => `${key}@${start}`))].flatMap(([window, count]) => {
      const found = counts.get(window) ?? [];
      const isRight = isExact ? found.join() === String(count) : Math.max(0, ...found) >= count;
      return isRight ? [] : [`${window}: ${found.join(' ')} instead of ${count}`];
    });
  },
};

/** Records with numbers that a store gives, joined with a table. */
const numbered: CrashTopology = {
  name: 'numbers of a store, joined with a table',
  build(at) {
    const builder = new StreamsBuilder();
    builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('ids'), serdes.string, serdes.string));
    const rows = builder.table('in', { ...text, materialized: { store: 'rows', caching: false } });
    const stream = rows.toStream().processValues<string>(numbering, { stores: ['ids'] });
    watched(stream, at)
      .join(rows, (id, row) => `${row}:${id}`, { ...text, left: serdes.string, right: serdes.string })
      .mapValues(sentOn(at))
      .to('out', text);
    return builder.build();
  },
  check(outputs, inputs, isExact) {
    return ['a', 'b'].flatMap((key) => {
      const found = outputs.filter((output) => output.startsWith(`${key}=`)).map((output) => output.slice(2));
      const wanted = inputs.filter((input) => input.key === key);
      if (isExact) {
        const expected = wanted.map(({ value }, i) => `${value}:${i + 1}`);
        return found.join() === expected.join() ? [] : [`${key}: ${found.join(' ')} instead of ${expected.join(' ')}`];
      }
      const numbers = new Set(found.map((value) => value.split(':')[0]));
      return wanted.filter(({ value }) => !numbers.has(value)).map(({ value }) => `${key}: ${value} is lost`);
    });
  },
};

function numbering() {
  let context: FixedKeyProcessorContext<string, string>;
  let ids: KeyValueStore<string, string>;
  return {
    init(given: FixedKeyProcessorContext<string, string>) {
      context = given;
      ids = given.getStateStore('ids');
    },
    process(record: Text) {
      const id = String(Number(ids.get('last') ?? '0') + 1);
      ids.put('last', id);
      return context.forward(record.with({ value: id }));
    },
  };
}

export const crashTopologies: readonly CrashTopology[] = [repartitioned, windowed, numbered];
