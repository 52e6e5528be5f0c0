import type { CogroupedKStream } from '@ouzel/streams';
import { concat, dsl, mergeSessions, prefix, type Parts, type Twins } from './parts.js';

function both({ builder, text }: Parts): CogroupedKStream<string, string> {
  const left = builder.stream('left', text).groupByKey(text);
  const right = builder.stream('right', text).groupByKey(text);
  return left.cogroup<string>((all, value) => all + '+l' + value).cogroup(right, (all, value) => all + '+r' + value);
}

/** Cogroups.java: several grouped streams aggregated into one table. */
export const cogroup: Twins = {
  cogroup: dsl(({ builder, text, serdes }) => {
    const first = builder.stream('in', text).groupByKey(text);
    const second = builder.stream('in2', text).groupBy((value) => prefix(value, 1), text);
    first
      .cogroup<string>(concat)
      .cogroup(second, (all, value) => all + '*' + value)
      .aggregate(() => '0', { materialized: { store: 'cg', value: serdes.string } })
      .toStream()
      .to('out', text);
  }),

  'cogroup-named': dsl((parts) => {
    const { builder, text, store } = parts;
    both(parts)
      .cogroup(builder.stream('third', text).groupByKey(text), (all, value) => (value === 'del' ? null : all + '+3' + value))
      .aggregate(() => '0', { name: 'all', ...store('c') })
      .toStream()
      .to('out', text);
  }),

  'cogroup-unnamed': dsl(({ builder, text }) => {
    const left = builder.stream('left', text).groupByKey().cogroup<string>(concat);
    const right = builder
      .stream('right', text)
      .selectKey((_, key) => key)
      .groupByKey();
    left
      .cogroup(right, concat)
      .aggregate(() => '0', { materialized: text })
      .toStream()
      .to('out', text);
  }),

  'cogroup-tumbling': dsl((parts) => {
    const { store, windowedText, ouzel } = parts;
    both(parts)
      .windowedBy(ouzel.tumbling(10, { grace: 5 }))
      .aggregate(() => '0', store('c'))
      .toStream()
      .to('out', windowedText(10));
  }),

  'cogroup-sliding': dsl((parts) => {
    const { store, windowedText, ouzel } = parts;
    both(parts)
      .windowedBy(ouzel.sliding(10, { grace: 20 }))
      .aggregate(() => '0', store('c'))
      .toStream()
      .to('out', windowedText(10));
  }),

  'cogroup-session': dsl((parts) => {
    const { store, sessionText, ouzel } = parts;
    both(parts)
      .windowedBy(ouzel.session(5, { grace: 10 }))
      .aggregate(() => '0', mergeSessions, { name: 'visits', ...store('c') })
      .toStream()
      .to('out', sessionText);
  }),
};
