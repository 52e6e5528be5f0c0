import { foreignKey } from './foreign-key.js';
import { dsl, named, pair, type Twins } from './parts.js';

/** HeaderStores.java: stores that can keep headers, and which operators do. */
export const headers: Twins = {
  'headers-store': dsl(({ builder, text }) => {
    builder
      .table('in', { ...text, ...named('t') })
      .toStream()
      .to('out', text);
  }),

  'headers-aggregate': dsl(({ builder, text, textLong, storeLong, windowedLong, sessionLong, ouzel }) => {
    const grouped = builder.stream('in', text).groupByKey();
    grouped.count(storeLong('counts')).toStream().to('out', textLong);
    grouped.windowedBy(ouzel.tumbling(10)).count(storeLong('w')).toStream().to('out2', windowedLong(10));
    grouped.windowedBy(ouzel.session(10)).count(storeLong('s')).toStream().to('out3', sessionLong);
  }),

  'headers-stream-join': dsl(({ builder, text, textJoin, ouzel }) => {
    builder
      .stream('L', text)
      .outerJoin(builder.stream('R', text), pair, { window: ouzel.within(10), ...textJoin })
      .to('out', text);
  }),

  'headers-table-join': dsl(({ builder, text, store }) => {
    const left = builder.table('L', { ...text, ...store('lt') });
    const right = builder.table('R', { ...text, ...store('rt') });
    left.join(right, pair, store('res')).toStream().to('out', text);
    left.join(right, pair, { foreignKey, name: 'fk' }).toStream().to('out2', text);
  }),
};
