import type { JoinWindow, KStream, StreamJoined } from '@ouzel/streams';
import { dsl, pair, prefix, type Parts, type Twin, type Twins } from './parts.js';

type Window = (ouzel: Parts['ouzel']) => JoinWindow;
type Texts = KStream<string, string>;
export type Joining = (left: Texts, right: Texts, options: StreamJoined<string, string, string>) => Texts;
type Options = Partial<Omit<StreamJoined<string, string, string>, 'window'>>;

export const inner: Joining = (left, right, options) => left.join(right, pair, options);
export const left: Joining = (left, right, options) => left.leftJoin(right, pair, options);
export const outer: Joining = (left, right, options) => left.outerJoin(right, pair, options);

const tenGraceFive: Window = ({ within }) => within(10, { grace: 5 });
const ten: Window = ({ within }) => within(10);
const tenSeconds: Window = ({ within }) => within('10s', { grace: '24h' });

/** Joins the streams `L` and `R`, and writes to `out`. */
export function joined(join: Joining, window: Window, more: (parts: Parts) => Options = () => ({})): Twin {
  return dsl((parts) => {
    const { builder, text, textJoin, ouzel } = parts;
    const options = { window: window(ouzel), ...textJoin, ...more(parts) };
    join(builder.stream('L', text), builder.stream('R', text), options).to('out', text);
  });
}

/** Joins streams whose key is replaced by the first letter of the value, or by null. */
function rekeyed(join: Joining): Twin {
  return dsl(({ builder, text, textJoin, ouzel }) => {
    const byLetter = (topic: string): Texts =>
      builder.stream(topic, text).selectKey((value) => (value.startsWith('-') ? null : prefix(value, 1)));
    join(byLetter('L'), byLetter('R'), { window: tenGraceFive(ouzel), ...textJoin, name: 'J', store: 'S' }).to('out', text);
  });
}

/** StreamJoins.java: joins of two streams. */
export const streamJoins: Twins = {
  'ss-inner': joined(inner, tenGraceFive),
  'ss-left': joined(left, tenGraceFive),
  'ss-outer': joined(outer, tenGraceFive, () => ({ name: 'n', store: 'x' })),
  'ss-left-named': joined(left, tenGraceFive, () => ({ name: 'n', store: 'x' })),
  'ss-inner-named': joined(inner, tenGraceFive, () => ({ name: 'n', store: 'x' })),
  'ss-outer-default-throttle': joined(outer, tenGraceFive),
  'ss-outer-duplicates': joined(outer, ten),

  'ss-self-join': dsl(({ builder, text, textJoin, ouzel }) => {
    const stream = builder.stream('L', text);
    stream.join(stream, pair, { window: ten(ouzel), ...textJoin }).to('out', text);
  }),

  'outer-join-asym': joined(outer, ({ within }) => within(0, { before: 2, after: 8 })),
  'ss-negative-before': joined(left, ({ within }) => within(10, { before: -1, grace: 0 })),
  'ss-zero-window': joined(inner, ({ within }) => within(0, { grace: 10 })),

  'ss-with-key': dsl(({ builder, text, textJoin, ouzel }) => {
    builder
      .stream('L', text)
      .outerJoin(builder.stream('R', text), (left, right, key) => `${key}:${left},${right}`, { window: tenGraceFive(ouzel), ...textJoin })
      .to('out', text);
  }),

  'ss-null-result': dsl(({ builder, text, textJoin, serdes, ouzel }) => {
    builder
      .stream('L', text)
      .leftJoin(builder.stream('R', text), (left, right) => (right === null ? null : left + right), {
        window: ouzel.within(5),
        ...textJoin,
      })
      .to('out', { key: serdes.string, value: serdes.nullable(serdes.string) });
  }),

  'ss-typed': dsl(({ builder, serdes, ouzel }) => {
    const { int, long, string } = serdes;
    builder
      .stream('L', { key: int, value: long })
      .outerJoin(builder.stream('R', { key: int, value: string }), (left, right) => `${left}/${right}`, {
        window: tenGraceFive(ouzel),
        key: int,
        left: long,
        right: string,
      })
      .to('out', { key: int, value: string });
  }),

  'ss-in-memory': joined(left, tenGraceFive, () => ({ type: 'in-memory' })),

  'ss-suppliers': joined(inner, tenGraceFive, ({ ouzel: { Stores } }) => ({
    leftStore: Stores.inMemoryWindowStore('left-window', { retention: 25, size: 20, retainDuplicates: true }),
    rightStore: Stores.persistentWindowStore('right-window', { retention: 25, size: 20, retainDuplicates: true }),
  })),

  'ss-logging-disabled': joined(left, tenGraceFive, () => ({ store: 'x', logging: false })),
  'ss-logging-config': joined(outer, tenGraceFive, () => ({ store: 'x', logging: { 'segment.bytes': '1000000' } })),

  'ss-rekeyed': rekeyed(inner),
  'ss-rekeyed-outer': rekeyed(outer),

  'ss-three-streams': dsl(({ builder, text, textJoin, ouzel }) => {
    const window = tenGraceFive(ouzel);
    builder
      .stream('A', text)
      .join(builder.stream('B', text), pair, { window, ...textJoin, name: 'ab' })
      .leftJoin(builder.stream('C', text), pair, { window, ...textJoin, name: 'abc' })
      .to('out', text);
  }),

  'seq23-ss-inner': joined(inner, tenSeconds),
  'seq23-ss-left': joined(left, tenSeconds),
  'seq23-ss-outer': joined(outer, tenSeconds),
};
