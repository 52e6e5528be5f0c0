import {
  serdes,
  Stores,
  type FixedKeyProcessorContext,
  type KeyValueStore,
  type KStream,
  type KTable,
  type ProcessorContext,
  type StoreBuilder,
  type StreamRecord,
  type StreamsBuilder,
} from '@ouzel/streams';
import {
  AsyncMapValues,
  Count,
  Peek,
  Process,
  Processor,
  ProcessValues,
  Source,
  StreamTopology,
  Table,
  ToTable,
} from '../decorators/index.js';
import { decorated, dsl } from './assembled.spec-support.js';

const text = { key: serdes.string, value: serdes.string };
const counter = (name: string) => Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), serdes.string, serdes.long);

class WithPayments {
  @Source('payment', text)
  readonly payments!: KStream<string, string>;
}
const source = (builder: StreamsBuilder, name: string) => builder.stream('payment', { name: `${name}-payments`, ...text });
const nothing = () => ({ process: () => {} });

describe('a decorator equals its DSL call', () => {
  it('@Process and @ProcessValues on methods, with stores of the topology and of its tables', () => {
    const seen = counter('seen');
    @StreamTopology({ stores: [seen] })
    class MethodTopology extends WithPayments {
      @Table('account', text)
      readonly accounts!: KTable<string, string>;
      @Process('payments', { stores: ['seen', 'accounts'], key: serdes.string, value: serdes.double, to: 'amount' })
      amounts(record: StreamRecord<string, string>, context: ProcessorContext<string, number>): void | Promise<void> {
        const { length } = record.value;
        context.getStateStore<KeyValueStore<string, number>>('seen').put(record.key, length);
        return context.forward(record.with({ value: length }));
      }
      @ProcessValues('payments')
      sizes(record: StreamRecord<string, string>, context: FixedKeyProcessorContext<string, number>): void {
        void context.forward(record.with({ value: record.value.length }));
      }
      @ToTable('amounts', text)
      readonly repartitioned!: KTable<string, string>;
      @ToTable('sizes', text)
      readonly notRepartitioned!: KTable<string, string>;
    }
    expect(decorated([MethodTopology])).toBe(
      dsl((builder) => {
        builder.addStateStore(seen);
        const payments = source(builder, 'method');
        builder.table('account', { name: 'method-accounts', ...text, materialized: { store: 'accounts' } });
        const amounts = payments.process<string, number>(nothing, { name: 'method-amounts', stores: ['seen', 'accounts'] });
        amounts.to('amount', { name: 'method-amounts-to', key: serdes.string, value: serdes.double });
        const sizes = payments.processValues(nothing, { name: 'method-sizes' });
        amounts.toTable({
          name: 'method-repartitioned',
          materialized: { store: 'repartitioned' },
          key: serdes.string,
          value: serdes.double,
        });
        sizes.toTable({
          name: 'method-not-repartitioned',
          materialized: { store: 'not-repartitioned' },
          key: serdes.string,
          value: serdes.double,
        });
      }),
    );
  });

  it('@Process and @ProcessValues by a class, with stores of its own, of the member, and of members that are declared later', () => {
    const builders = { seen: counter('seen'), shared: counter('shared') };
    @Processor({ stores: [builders.seen, builders.shared] })
    class Deduplicate implements Processor<string, string, string, string> {
      process(): void {}
    }
    @Processor({ stores: (config: { readonly store: string }) => [config.store] })
    class Measure {
      process(_record: StreamRecord<string, string>): void {}
    }
    @StreamTopology()
    class ClassTopology extends WithPayments {
      @Process('payments', Deduplicate, { to: 'unique', ...text })
      readonly unique!: KStream<string, string>;
      @ProcessValues('payments', Measure, { stores: [builders.shared] })
      readonly measured!: KStream<string, number>;
      @Peek('measured')
      look(): void {}
      @Count('payments')
      readonly counts!: KTable<string, number>;
    }
    expect(decorated([ClassTopology], { store: 'counts' })).toBe(
      dsl((builder) => {
        const payments = source(builder, 'class');
        const own = (...stores: StoreBuilder[]) => ({ get: nothing, stores });
        payments
          .process<string, string>(own(builders.seen, builders.shared), { name: 'class-unique' })
          .to('unique', { name: 'class-unique-to', ...text });
        payments.groupByKey({ name: 'class-counts-by' }).count({ name: 'class-counts', materialized: { store: 'counts' } });
        payments.processValues(own(builders.shared), { name: 'class-measured', stores: ['counts'] }).peek(() => {}, { name: 'class-look' });
      }),
    );
  });

  it('@Process of the changes of a table, and @AsyncMapValues', () => {
    @StreamTopology()
    class ChangeTopology extends WithPayments {
      @Count('payments')
      readonly counts!: KTable<string, number>;
      @Process('counts')
      changed(): void {}
      @AsyncMapValues('payments', { concurrency: 8, timeout: '1s', retry: { attempts: 3 }, value: serdes.double, to: 'score' })
      async scored(payment: string, _key: string, _record: StreamRecord<string, string>, signal: AbortSignal): Promise<number> {
        signal.throwIfAborted();
        return payment.length;
      }
    }
    expect(decorated([ChangeTopology])).toBe(
      dsl((builder) => {
        const payments = source(builder, 'change');
        payments
          .groupByKey({ name: 'change-counts-by' })
          .count({ name: 'change-counts', materialized: { store: 'counts' } })
          .toStream({ name: 'change-counts-stream' })
          .process(nothing, { name: 'change-changed' });
        payments
          .asyncMapValues(async (v) => v.length, { name: 'change-scored' })
          .to('score', { name: 'change-scored-to', ...{ key: serdes.string, value: serdes.double } });
      }),
    );
  });
});
