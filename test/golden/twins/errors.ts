import type { ProcessorContext, Serde, StreamRecord } from '@ouzel/streams';
import { Contextual } from './contextual.js';
import { dsl, type Twins } from './parts.js';

function failOnBad(value: string): string {
  if (value.startsWith('bad')) throw new Error('cannot take ' + value);
  return value + '-middle';
}

class FailingPunctuator extends Contextual {
  override init(context: ProcessorContext<string, string>): void {
    super.init(context);
    context.schedule(10, 'wall-clock-time', (now) => {
      throw new Error('punctuated at ' + now);
    });
  }

  process(record: StreamRecord<string, string>): void | Promise<void> {
    return this.context.forward(record);
  }
}

/** Refuses to write values that begin with "bad". */
const pickySerde: Serde<string> = {
  serialize(value) {
    if (value.startsWith('bad')) throw new Error('cannot write ' + value);
    return Buffer.from(value, 'utf8');
  },
  deserialize: (bytes) => bytes.toString('utf8'),
};

/** ErrorHandling.java: bad input, failing user code and failing writes; the dead-letter queue. */
export const errors: Twins = {
  integers: dsl(({ builder, serdes }) => {
    const typed = { key: serdes.string, value: serdes.int };
    builder
      .stream('in', typed)
      .mapValues((value) => value + 1)
      .to('out', typed);
  }),

  'failing-branch': dsl(({ builder, text }) => {
    const stream = builder.stream('in', text);
    stream.mapValues((value) => value + '-first').to('out', text);
    stream.mapValues(failOnBad, { name: 'fragile' }).to('out2', text);
    stream.mapValues((value) => value + '-last').to('out3', text);
  }),

  'processing-dead-letter-behind-repartition': dsl(({ builder, text, store }) => {
    builder
      .stream('in', text)
      .selectKey((value) => value)
      .groupByKey({ name: 'again' })
      .aggregate(
        () => '0',
        (aggregate, value) => aggregate + failOnBad(value),
        store('agg'),
      )
      .toStream()
      .to('out', text);
  }),

  'processing-dead-letter-cached': dsl(({ builder, text, store }) => {
    builder
      .stream('in', text)
      .groupByKey()
      .reduce((_, value) => value, store('last'))
      .toStream()
      .mapValues(failOnBad)
      .to('out', text);
  }),

  'processing-dead-letter-punctuator': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .process<string, string>(() => new FailingPunctuator(), { name: 'clock' })
      .to('out', text);
  }),

  'picky-serde': dsl(({ builder, text, serdes }) => {
    builder.stream('in', text).to('out', { key: serdes.string, value: pickySerde });
  }),
};
