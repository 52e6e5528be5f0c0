import {
  Headers,
  serdes,
  session,
  tumbling,
  untilWindowCloses,
  type KStream,
  type KTable,
  type StreamRecord,
  type StreamsBuilder,
  type Windowed,
} from '@ouzel/streams';
import {
  Aggregate,
  Branch,
  Build,
  Count,
  DefaultBranch,
  Filter,
  FilterNot,
  FlatMap,
  FlatMapValues,
  ForEach,
  Map,
  MapHeaders,
  MapValues,
  Merge,
  of,
  On,
  Peek,
  Reduce,
  Repartition,
  SelectKey,
  Source,
  StreamTopology,
  Table,
  To,
  ToTable,
} from '../decorators/index.js';
import { decorated, dsl } from './assembled.spec-support.js';

const text = { key: serdes.string, value: serdes.string };

/** Every topology below has this source. */
class WithPayments {
  @Source('payment', text)
  readonly payments!: KStream<string, string>;
}
const source = (builder: StreamsBuilder, name: string) => builder.stream('payment', { name: `${name}-payments`, ...text });

describe('a decorator equals its DSL call', () => {
  it('@Source, of one topic, of several and of a pattern', () => {
    @StreamTopology()
    class SourceTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      @Source(['a', 'b'], { ...text, to: 'copy' })
      readonly several!: KStream<string, string>;
      @Source(/event-.+/, text)
      readonly events!: KStream<string, string>;
    }
    expect(decorated([SourceTopology])).toBe(
      dsl((builder) => {
        source(builder, 'source');
        builder.stream(['a', 'b'], { name: 'source-several', ...text }).to('copy', { name: 'source-several-to' });
        builder.stream(/event-.+/, { name: 'source-events', ...text });
      }),
    );
  });

  it('@Table, whose store has the name of the member', () => {
    @StreamTopology()
    class AccountTopology {
      @Table('account', { ...text, to: 'account-change' })
      readonly openAccounts!: KTable<string, string>;
      @Table('limit', { ...text, store: 'max' })
      readonly limits!: KTable<string, string>;
    }
    expect(decorated([AccountTopology])).toBe(
      dsl((builder) => {
        const accounts = builder.table('account', { name: 'account-open-accounts', ...text, materialized: { store: 'open-accounts' } });
        accounts.toStream({ name: 'account-open-accounts-stream' }).to('account-change', { name: 'account-open-accounts-to' });
        builder.table('limit', { name: 'account-limits', ...text, materialized: { store: 'max' } });
      }),
    );
  });

  it('@MapHeaders', () => {
    @StreamTopology()
    class HeaderTopology extends WithPayments {
      @MapHeaders('payments', { to: 'marked' })
      marked(payment: string, _key: string, { headers }: StreamRecord<string, string>): Headers {
        return headers.with('payment', payment);
      }
      @Count('marked')
      readonly perUser!: KTable<string, number>;
    }
    expect(decorated([HeaderTopology])).toBe(
      dsl((builder) => {
        const marked = source(builder, 'header').mapHeaders(() => Headers.empty, { name: 'header-marked' });
        marked.to('marked', { name: 'header-marked-to' });
        marked.groupByKey().count({ name: 'header-per-user', materialized: { store: 'per-user' } });
      }),
    );
  });

  it('@On, on properties and methods, of the only source and of a stream that is named', () => {
    @StreamTopology()
    class EventTopology extends WithPayments {
      @On('Paid')
      readonly paid!: KStream<string, string>;
      @On('Refunded', { value: serdes.string, to: 'refund' })
      refunded(payment: string): string {
        return payment;
      }
      @Filter('payments')
      large(): boolean {
        return true;
      }
      @On('Paid', { from: 'large' })
      readonly largePaid!: KStream<string, string>;
    }
    expect(decorated([EventTopology])).toBe(
      dsl((builder) => {
        const payments = source(builder, 'event');
        const routes = payments.route({ header: 'event-type' }, { name: 'event-payments-route' });
        routes.on('Paid', { name: 'event-paid' });
        const refunded = routes.on('Refunded', { name: 'event-refunded-on' }).mapValues((payment) => payment, { name: 'event-refunded' });
        refunded.to('refund', { name: 'event-refunded-to' });
        const large = payments.filter(() => true, { name: 'event-large' });
        large.route({ header: 'event-type' }, { name: 'event-large-route' }).on('Paid', { name: 'event-large-paid' });
      }),
    );
  });

  it('@Filter and @FilterNot of streams', () => {
    @StreamTopology()
    class FilterTopology extends WithPayments {
      @Filter('payments', { to: 'unknown-payment' })
      unknown(_payment: string, key: string): boolean {
        return key === 'unknown';
      }
      @FilterNot('unknown')
      neverThere(): boolean {
        return true;
      }
    }
    expect(decorated([FilterTopology])).toBe(
      dsl((builder) => {
        const unknown = source(builder, 'filter').filter(() => true, { name: 'filter-unknown' });
        unknown.to('unknown-payment', { name: 'filter-unknown-to' });
        unknown.filterNot(() => true, { name: 'filter-never-there' });
      }),
    );
  });

  it('@Filter, @FilterNot and @MapValues of tables, with a store where one is named', () => {
    @StreamTopology()
    class LimitTopology {
      @Table('limit', text)
      readonly limits!: KTable<string, string>;
      @Filter('limits', { store: 'high' })
      isHigh(limit: string): boolean {
        return limit > '5';
      }
      @FilterNot('limits', { to: 'low' })
      isNotLow(limit: string): boolean {
        return limit < '5';
      }
      @MapValues('isHigh', { value: serdes.double, store: 'number' })
      toNumber(limit: string): number {
        return Number(limit);
      }
    }
    expect(decorated([LimitTopology])).toBe(
      dsl((builder) => {
        const limits = builder.table('limit', { name: 'limit-limits', ...text, materialized: { store: 'limits' } });
        const high = limits.filter(() => true, { name: 'limit-is-high', materialized: { store: 'high' } });
        const low = limits.filterNot(() => true, { name: 'limit-is-not-low' });
        low.toStream({ name: 'limit-is-not-low-stream' }).to('low', { name: 'limit-is-not-low-to' });
        high.mapValues(Number, { name: 'limit-to-number', materialized: { store: 'number', key: serdes.string, value: serdes.double } });
      }),
    );
  });

  it('@Map, @MapValues, @FlatMap, @FlatMapValues, @SelectKey, @Peek and @ForEach', () => {
    @StreamTopology()
    class StatelessTopology extends WithPayments {
      @Map('payments', { ...text, to: 'mapped' })
      mapped(payment: string, key: string): [string, string] {
        return [payment, key];
      }
      @MapValues('payments')
      shout(payment: string): string {
        return `${payment}!`;
      }
      @FlatMap('shout')
      twice(payment: string, key: string): [string, string][] {
        return [
          [key, payment],
          [key, payment],
        ];
      }
      @FlatMapValues('payments')
      words(payment: string): string[] {
        return payment.split(' ');
      }
      @SelectKey('words')
      byWord(word: string): string {
        return word;
      }
      @Peek('byWord')
      look(): void {}
      @ForEach('look')
      last(): void {}
    }
    expect(decorated([StatelessTopology])).toBe(
      dsl((builder) => {
        const payments = source(builder, 'stateless');
        payments.map((v, k) => [v, k], { name: 'stateless-mapped' }).to('mapped', { name: 'stateless-mapped-to', ...text });
        payments.mapValues((v) => v, { name: 'stateless-shout' }).flatMap((v, k) => [[k, v]], { name: 'stateless-twice' });
        payments
          .flatMapValues((v) => v.split(' '), { name: 'stateless-words' })
          .selectKey((v) => v, { name: 'stateless-by-word' })
          .peek(() => {}, { name: 'stateless-look' })
          .forEach(() => {}, { name: 'stateless-last' });
      }),
    );
  });

  it('@Merge', () => {
    @StreamTopology()
    class MergeTopology extends WithPayments {
      @Source('refund', text)
      readonly refunds!: KStream<string, string>;
      @Merge('payments', 'refunds', { to: 'movement' })
      readonly movements!: KStream<string, string>;
    }
    expect(decorated([MergeTopology])).toBe(
      dsl((builder) => {
        const payments = source(builder, 'merge');
        payments
          .merge(builder.stream('refund', { name: 'merge-refunds', ...text }), { name: 'merge-movements' })
          .to('movement', { name: 'merge-movements-to' });
      }),
    );
  });

  it('@Branch and @DefaultBranch: one split per upstream', () => {
    @StreamTopology()
    class SizeTopology extends WithPayments {
      @Branch('payments', { to: 'large' })
      large(payment: string): boolean {
        return payment.length > 5;
      }
      @Branch('payments')
      small(payment: string): boolean {
        return payment.length > 2;
      }
      @DefaultBranch('payments', { to: 'rest' })
      readonly theRest!: KStream<string, string>;
      @Branch('small')
      even(payment: string): boolean {
        return payment.length % 2 === 0;
      }
    }
    expect(decorated([SizeTopology])).toBe(
      dsl((builder) => {
        const split = source(builder, 'size').split({ name: 'size-payments-' });
        const branches = split
          .branch(() => true, { name: 'large' })
          .branch(() => true, { name: 'small' })
          .defaultBranch({ name: 'the-rest' });
        branches['size-payments-large']!.to('large', { name: 'size-payments-large-to' });
        branches['size-payments-the-rest']!.to('rest', { name: 'size-payments-the-rest-to' });
        branches['size-payments-small']!.split({ name: 'size-small-' })
          .branch(() => true, { name: 'even' })
          .noDefaultBranch();
      }),
    );
  });

  it('@Count, plain, windowed, grouped and regrouped', () => {
    @StreamTopology()
    class CountTopology extends WithPayments {
      @Count('payments')
      readonly perKey!: KTable<string, number>;
      @Count('payments', { window: tumbling('1m', { grace: '10s' }), to: 'per-minute' })
      readonly perMinute!: KTable<Windowed<string>, number>;
      @Count('payments', { groupBy: (payment: string) => payment, key: serdes.string, store: 'by-text' })
      readonly perText!: KTable<string, number>;
      @Count('perKey', { groupBy: (count: number, _key: string) => [count, count], key: serdes.double })
      readonly keysPerCount!: KTable<number, number>;
    }
    expect(decorated([CountTopology])).toBe(
      dsl((builder) => {
        const payments = source(builder, 'count');
        const perKey = payments
          .groupByKey({ name: 'count-per-key-by' })
          .count({ name: 'count-per-key', materialized: { store: 'per-key' } });
        payments
          .groupByKey({ name: 'count-per-minute-by' })
          .windowedBy(tumbling('1m', { grace: '10s' }))
          .count({ name: 'count-per-minute', materialized: { store: 'per-minute' } })
          .toStream({ name: 'count-per-minute-stream' })
          .to('per-minute', { name: 'count-per-minute-to' });
        payments
          .groupBy((v) => v, { name: 'count-per-text-by', ...text })
          .count({ name: 'count-per-text', materialized: { store: 'by-text' } });
        perKey
          .groupBy((n) => [n, n], { name: 'count-keys-per-count-by', key: serdes.double, value: serdes.long })
          .count({ name: 'count-keys-per-count', materialized: { store: 'keys-per-count' } });
      }),
    );
  });

  it('@Reduce, with its repartition topic, and suppressed until its windows close', () => {
    @StreamTopology()
    class LastTopology extends WithPayments {
      @SelectKey('payments')
      byText(payment: string): string {
        return payment;
      }
      @Reduce('byText', { key: serdes.string, to: 'last' })
      lastOne(_last: string, payment: string): string {
        return payment;
      }
      @Reduce('payments', { window: tumbling('1m'), suppress: untilWindowCloses(), to: 'final' })
      final(last: string, payment: string): string {
        return last + payment;
      }
    }
    expect(decorated([LastTopology])).toBe(
      dsl((builder) => {
        const payments = source(builder, 'last');
        payments
          .selectKey((v) => v, { name: 'last-by-text' })
          .groupByKey({ name: 'last-last-one-by', ...text })
          .reduce((_, v) => v, { name: 'last-last-one', materialized: { store: 'last-one' } })
          .toStream({ name: 'last-last-one-stream' })
          .to('last', { name: 'last-last-one-to' });
        payments
          .groupByKey({ name: 'last-final-by' })
          .windowedBy(tumbling('1m'))
          .reduce((_, v) => v, { name: 'last-final', materialized: { store: 'final' } })
          .suppress(untilWindowCloses(), { name: 'last-final-suppress' })
          .toStream({ name: 'last-final-stream' })
          .to('final', { name: 'last-final-to' });
      }),
    );
  });

  it('@Count, @Reduce and @Aggregate of windows that send their results once, when they close', () => {
    @StreamTopology()
    class FinalTopology extends WithPayments {
      @Count('payments', { window: tumbling('1m'), emit: 'close', to: 'count' })
      readonly counts!: KTable<Windowed<string>, number>;
      @Reduce('payments', { window: session('1m'), emit: 'close' })
      last(_last: string, payment: string): string {
        return payment;
      }
      @Aggregate('payments', {
        window: tumbling('1m', { grace: '5s' }),
        emit: (config: { readonly emit: 'close' }) => config.emit,
        initial: () => '',
        value: serdes.string,
      })
      all(all: string, payment: string): string {
        return all + payment;
      }
    }
    expect(decorated([FinalTopology], { emit: 'close' })).toBe(
      dsl((builder) => {
        const payments = source(builder, 'final');
        payments
          .groupByKey({ name: 'final-counts-by' })
          .windowedBy(tumbling('1m'))
          .emitStrategy('close')
          .count({ name: 'final-counts', materialized: { store: 'counts' } })
          .toStream({ name: 'final-counts-stream' })
          .to('count', { name: 'final-counts-to' });
        payments
          .groupByKey({ name: 'final-last-by' })
          .windowedBy(session('1m'))
          .emitStrategy('close')
          .reduce((_, v) => v, { name: 'final-last', materialized: { store: 'last' } });
        payments
          .groupByKey({ name: 'final-all-by' })
          .windowedBy(tumbling('1m', { grace: '5s' }))
          .emitStrategy('close')
          .aggregate(
            () => '',
            (all) => all,
            { name: 'final-all', materialized: { store: 'all', value: serdes.string } },
          );
      }),
    );
  });

  it('@Aggregate of streams, of sessions and of tables', () => {
    @StreamTopology()
    class SpendTopology extends WithPayments {
      @Aggregate('payments', {
        groupBy: (payment: string) => payment,
        key: serdes.string,
        window: tumbling('1m'),
        initial: () => 0,
        value: serdes.double,
        to: 'spend',
      })
      spendPerMinute(total: number, payment: string): number {
        return total + payment.length;
      }
      @Aggregate('payments', {
        window: session('5m'),
        emit: 'update',
        initial: () => 0,
        merge: (left, right) => left + right,
        value: serdes.double,
        store: 'visits',
      })
      visit(total: number): number {
        return total + 1;
      }
      @Aggregate('spendPerMinute', {
        groupBy: (spend: number, at: Windowed<string>) => [at.key, spend],
        key: serdes.string,
        initial: () => 0,
        subtract: (total, spend) => total - spend,
        value: serdes.double,
      })
      spend(total: number, spend: number): number {
        return total + spend;
      }
    }
    expect(decorated([SpendTopology])).toBe(
      dsl((builder) => {
        const payments = source(builder, 'spend');
        const perMinute = payments
          .groupBy((v) => v, { name: 'spend-spend-per-minute-by', ...text })
          .windowedBy(tumbling('1m'))
          .aggregate(
            () => 0,
            (n) => n,
            { name: 'spend-spend-per-minute', materialized: { store: 'spend-per-minute', key: serdes.string, value: serdes.double } },
          );
        perMinute.toStream({ name: 'spend-spend-per-minute-stream' }).to('spend', { name: 'spend-spend-per-minute-to' });
        payments
          .groupByKey({ name: 'spend-visit-by' })
          .windowedBy(session('5m'))
          .aggregate(
            () => 0,
            (n) => n,
            (n) => n,
            { name: 'spend-visit', materialized: { store: 'visits', value: serdes.double } },
          );
        perMinute
          .groupBy((n, at) => [at.key, n], { name: 'spend-spend-by', key: serdes.string, value: serdes.double })
          .aggregate(
            () => 0,
            (n) => n,
            (n) => n,
            { name: 'spend-spend', materialized: { store: 'spend', value: serdes.double } },
          );
      }),
    );
  });

  it('@ToTable and @Repartition', () => {
    @StreamTopology()
    class TableTopology extends WithPayments {
      @Repartition('payments', { partitions: 3, to: 'spread' })
      readonly spread!: KStream<string, string>;
      @ToTable('spread', { to: 'change' })
      readonly lastPayment!: KTable<string, string>;
    }
    expect(decorated([TableTopology])).toBe(
      dsl((builder) => {
        const spread = source(builder, 'table').repartition({ name: 'table-spread', partitions: 3, ...text });
        spread.to('spread', { name: 'table-spread-to' });
        const table = spread.toTable({ name: 'table-last-payment', ...text, materialized: { store: 'last-payment' } });
        table.toStream({ name: 'table-last-payment-stream' }).to('change', { name: 'table-last-payment-to' });
      }),
    );
  });

  it('@To a topic, and to one per record', () => {
    @StreamTopology()
    class SinkTopology extends WithPayments {
      @To('payments', 'copy', { key: serdes.string })
      readonly copied!: void;
      @To('payments')
      topicOf(payment: string): string {
        return payment;
      }
    }
    expect(decorated([SinkTopology])).toBe(
      dsl((builder) => {
        const payments = source(builder, 'sink');
        payments.to('copy', { name: 'sink-copied' });
        payments.to((v) => v, { name: 'sink-topic-of' });
      }),
    );
  });

  it('@Build, between other members', () => {
    @StreamTopology()
    class BuildTopology extends WithPayments {
      @Build('payments')
      loud(builder: StreamsBuilder, payments: KStream<string, string>): KStream<string, string> {
        expect(payments).toBe(this.payments);
        return payments.merge(builder.stream('refund', { name: 'refund', ...text }), { name: 'both' });
      }
      @Peek('loud')
      look(): void {}
    }
    expect(decorated([BuildTopology])).toBe(
      dsl((builder) => {
        const payments = source(builder, 'build');
        payments.merge(builder.stream('refund', { name: 'refund', ...text }), { name: 'both' }).peek(() => {}, { name: 'build-look' });
      }),
    );
  });

  it('takes the changes of a table where an operator needs a stream, with one toStream for all', () => {
    @StreamTopology()
    class ChangeTopology extends WithPayments {
      @Count('payments', { to: 'count' })
      readonly counts!: KTable<string, number>;
      @Peek('counts')
      look(): void {}
      @ForEach('counts')
      each(): void {}
    }
    expect(decorated([ChangeTopology])).toBe(
      dsl((builder) => {
        const counts = source(builder, 'change')
          .groupByKey({ name: 'change-counts-by' })
          .count({ name: 'change-counts', materialized: { store: 'counts' } });
        const changes = counts.toStream({ name: 'change-counts-stream' });
        changes.to('count', { name: 'change-counts-to' });
        changes.peek(() => {}, { name: 'change-look' });
        changes.forEach(() => {}, { name: 'change-each' });
      }),
    );
  });

  it('assembles topologies by name, and upstreams of other topologies before those that need them', () => {
    @StreamTopology({ name: 'b' })
    class Second extends WithPayments {}
    @StreamTopology({ name: 'a' })
    class First {
      @Filter(of(() => Second, 'payments'), { to: 'a-out' })
      wanted(): boolean {
        return true;
      }
      @Source('other', text)
      readonly others!: KStream<string, string>;
    }
    const expected = dsl((builder) => {
      source(builder, 'b')
        .filter(() => true, { name: 'a-wanted' })
        .to('a-out', { name: 'a-wanted-to' });
      builder.stream('other', { name: 'a-others', ...text });
    });
    expect(decorated([Second, First])).toBe(expected);
    expect(decorated([First, Second])).toBe(expected);
  });

  it('calls functions of the config', () => {
    interface Config {
      readonly topics: { readonly in: string; readonly out: string };
      readonly minute: number;
    }
    @StreamTopology()
    class ConfiguredTopology {
      @Source((config: Config) => config.topics.in, text)
      readonly payments!: KStream<string, string>;
      @Count('payments', { window: (config: Config) => tumbling(config.minute), to: (config: Config) => config.topics.out })
      readonly counts!: KTable<Windowed<string>, number>;
    }
    expect(decorated([ConfiguredTopology], { topics: { in: 'payment', out: 'count' }, minute: 60_000 })).toBe(
      dsl((builder) => {
        source(builder, 'configured')
          .groupByKey({ name: 'configured-counts-by' })
          .windowedBy(tumbling('1m'))
          .count({ name: 'configured-counts', materialized: { store: 'counts' } })
          .toStream({ name: 'configured-counts-stream' })
          .to('count', { name: 'configured-counts-to' });
      }),
    );
  });
});
