import {
  serdes,
  session,
  Stores,
  tumbling,
  within,
  type GlobalKTable,
  type KStream,
  type KTable,
  type StreamsBuilder,
  type Windowed,
} from '@ouzel/streams';
import {
  Cogroup,
  GlobalTable,
  Join,
  LeftJoin,
  MapValues,
  of,
  OuterJoin,
  SelectKey,
  Source,
  StreamTopology,
  Table,
} from '../decorators/index.js';
import { decorated, dsl } from './assembled.spec-support.js';

const text = { key: serdes.string, value: serdes.string };
const both = (left: string | null, right: string | null): string => `${left}+${right}`;
const window = within('5m', { grace: '1m' });

/** The members that the topologies below join. */
class Inputs {
  @Source('order', text)
  readonly orders!: KStream<string, string>;
  @Source('payment', text)
  readonly payments!: KStream<string, string>;
  @Table('account', text)
  readonly accounts!: KTable<string, string>;
  @Table('limit', text)
  readonly limits!: KTable<string, string>;
  @GlobalTable('currency', text)
  readonly currencies!: GlobalKTable<string, string>;
}
function inputs(builder: StreamsBuilder, name: string) {
  const table = (topic: string, member: string) =>
    builder.table(topic, { name: `${name}-${member}`, ...text, materialized: { store: member } });
  return {
    orders: builder.stream('order', { name: `${name}-orders`, ...text }),
    payments: builder.stream('payment', { name: `${name}-payments`, ...text }),
    accounts: table('account', 'accounts'),
    limits: table('limit', 'limits'),
    currencies: builder.globalTable('currency', { name: `${name}-currencies`, ...text, materialized: { store: 'currencies' } }),
  };
}

describe('a decorator equals its DSL call', () => {
  it('@GlobalTable, whose store has the name of the member', () => {
    @StreamTopology()
    class RateTopology {
      @GlobalTable('rate', text)
      readonly latestRates!: GlobalKTable<string, string>;
      @GlobalTable((config: { readonly topic: string }) => config.topic, { ...text, store: 'fees', type: 'in-memory' })
      readonly fees!: GlobalKTable<string, string>;
    }
    expect(decorated([RateTopology], { topic: 'fee' })).toBe(
      dsl((builder) => {
        builder.globalTable('rate', { name: 'rate-latest-rates', ...text, materialized: { store: 'latest-rates' } });
        builder.globalTable('fee', { name: 'rate-fees', ...text, materialized: { store: 'fees', type: 'in-memory' } });
      }),
    );
  });

  it('@Join, @LeftJoin and @OuterJoin of two streams, whose stores are named by the member', () => {
    @StreamTopology()
    class PairTopology extends Inputs {
      @Join('orders', 'payments', { window, to: 'paid' })
      paid(order: string, payment: string): string {
        return both(order, payment);
      }
      @LeftJoin('orders', 'payments', { window, store: 'waiting' })
      orOpen(order: string, payment: string | null): string {
        return both(order, payment);
      }
      @OuterJoin('orders', 'payments', {
        window: (config: { readonly minutes: number }) => within(config.minutes * 60_000),
        type: 'in-memory',
      })
      all(order: string | null, payment: string | null): string {
        return both(order, payment);
      }
    }
    expect(decorated([PairTopology], { minutes: 5 })).toBe(
      dsl((builder) => {
        const { orders, payments } = inputs(builder, 'pair');
        orders.join(payments, both, { name: 'pair-paid', store: 'pair-paid', window }).to('paid', { name: 'pair-paid-to' });
        orders.leftJoin(payments, both, { name: 'pair-or-open', store: 'waiting', window });
        orders.outerJoin(payments, both, { name: 'pair-all', store: 'pair-all', window: within('5m'), type: 'in-memory' });
      }),
    );
  });

  it('@Join of two streams that are repartitioned first, with the serdes of the members', () => {
    @StreamTopology()
    class MatchTopology extends Inputs {
      @SelectKey('orders', { key: serdes.string })
      byArticle(order: string): string {
        return order;
      }
      @SelectKey('payments', { key: serdes.string })
      byPurpose(payment: string): string {
        return payment;
      }
      @Join('byArticle', 'byPurpose', { window, value: serdes.string, to: 'match' })
      matched(order: string, payment: string): string {
        return both(order, payment);
      }
    }
    const description = decorated([MatchTopology]);
    expect(description).toContain('match-matched-left-repartition');
    expect(description).toContain('match-matched-right-repartition');
    expect(description).toContain('match-matched-this-join-store');
    expect(description).toBe(
      dsl((builder) => {
        const { orders, payments } = inputs(builder, 'match');
        const byArticle = orders.selectKey((v) => v, { name: 'match-by-article' });
        const byPurpose = payments.selectKey((v) => v, { name: 'match-by-purpose' });
        byArticle
          .join(byPurpose, both, { name: 'match-matched', store: 'match-matched', window, key: serdes.string })
          .to('match', { name: 'match-matched-to' });
      }),
    );
  });

  it('@Join of a stream with itself', () => {
    @StreamTopology()
    class SelfTopology extends Inputs {
      @Join('orders', 'orders', { window })
      neighbours(order: string, other: string): string {
        return both(order, other);
      }
    }
    expect(decorated([SelfTopology])).toBe(
      dsl((builder) => {
        const { orders } = inputs(builder, 'self');
        orders.join(orders, both, { name: 'self-neighbours', store: 'self-neighbours', window });
      }),
    );
  });

  it('@Join and @LeftJoin of a stream with a table, and with grace where the table is versioned', () => {
    const versioned = Stores.persistentVersionedKeyValueStore('prices', { history: '1h' });
    @StreamTopology()
    class EnrichTopology extends Inputs {
      @Table('price', { ...text, store: versioned })
      readonly prices!: KTable<string, string>;
      @SelectKey('orders')
      byOwner(order: string): string {
        return order;
      }
      @Join('byOwner', 'accounts', { key: serdes.string, left: serdes.string, to: 'order-of-account' })
      withAccount(order: string, account: string): string {
        return both(order, account);
      }
      @LeftJoin('payments', 'accounts')
      orUnknown(payment: string, account: string | null): string {
        return both(payment, account);
      }
      @Join('orders', 'prices', { grace: '10m' })
      priced(order: string, price: string): string {
        return both(order, price);
      }
    }
    const description = decorated([EnrichTopology]);
    expect(description).toContain('enrich-priced-Buffer');
    expect(description).toBe(
      dsl((builder) => {
        const { orders, payments, accounts } = inputs(builder, 'enrich');
        const prices = builder.table('price', { name: 'enrich-prices', ...text, materialized: { store: versioned } });
        orders
          .selectKey((v) => v, { name: 'enrich-by-owner' })
          .join(accounts, both, { name: 'enrich-with-account', ...{ key: serdes.string, left: serdes.string } })
          .to('order-of-account', { name: 'enrich-with-account-to' });
        payments.leftJoin(accounts, both, { name: 'enrich-or-unknown' });
        orders.join(prices, both, { name: 'enrich-priced', grace: '10m' });
      }),
    );
  });

  it('@Join and @LeftJoin of a stream with a global table', () => {
    @StreamTopology()
    class EuroTopology extends Inputs {
      @Join('payments', 'currencies', { on: (payment: string) => payment, to: 'euro' })
      inEuro(payment: string, currency: string): string {
        return both(payment, currency);
      }
      @LeftJoin('payments', 'currencies', { on: (_payment: string, key: string) => key })
      orNot(payment: string, currency: string | null): string {
        return both(payment, currency);
      }
    }
    expect(decorated([EuroTopology])).toBe(
      dsl((builder) => {
        const { payments, currencies } = inputs(builder, 'euro');
        payments.join(currencies, both, { name: 'euro-in-euro', on: (v) => v }).to('euro', { name: 'euro-in-euro-to' });
        payments.leftJoin(currencies, both, { name: 'euro-or-not', on: (_, k) => k });
      }),
    );
  });

  it('@Join, @LeftJoin and @OuterJoin of two tables, with a store where one is named', () => {
    @StreamTopology()
    class RowTopology extends Inputs {
      @Join('accounts', 'limits', { to: 'checked' })
      checked(account: string, limit: string): string {
        return both(account, limit);
      }
      @LeftJoin('accounts', 'limits', { store: 'or-free', value: serdes.string })
      orFree(account: string, limit: string | null): string {
        return both(account, limit);
      }
      @OuterJoin('checked', 'limits', { store: 'all-rows' })
      all(row: string | null, limit: string | null): string | null {
        return both(row, limit);
      }
    }
    expect(decorated([RowTopology])).toBe(
      dsl((builder) => {
        const { accounts, limits } = inputs(builder, 'row');
        const checked = accounts.join(limits, both, { name: 'row-checked' });
        checked.toStream({ name: 'row-checked-stream' }).to('checked', { name: 'row-checked-to' });
        accounts.leftJoin(limits, both, { name: 'row-or-free', materialized: { store: 'or-free' } });
        checked.outerJoin(limits, both, { name: 'row-all', materialized: { store: 'all-rows' } });
      }),
    );
  });

  it('@Join and @LeftJoin by foreign key, whose store has the name of the member', () => {
    @StreamTopology()
    class OwnerTopology extends Inputs {
      @Join('accounts', 'limits', { foreignKey: (account: string) => account, to: 'owned' })
      limited(account: string, limit: string): string {
        return both(account, limit);
      }
      @LeftJoin('accounts', 'limits', { foreignKey: (_account: string, key: string) => key, partitioner: () => 0, store: 'maybe' })
      orUnlimited(account: string, limit: string | null): string {
        return both(account, limit);
      }
    }
    expect(decorated([OwnerTopology])).toBe(
      dsl((builder) => {
        const { accounts, limits } = inputs(builder, 'owner');
        const foreignKey = (account: string): string => account;
        const limited = accounts.join(limits, both, { name: 'owner-limited', materialized: { store: 'limited' }, foreignKey });
        limited.toStream({ name: 'owner-limited-stream' }).to('owned', { name: 'owner-limited-to' });
        accounts.leftJoin(limits, both, { name: 'owner-or-unlimited', materialized: { store: 'maybe' }, foreignKey, partitioner: () => 0 });
      }),
    );
  });

  it('@Join with members of other topologies, and with members that are methods', () => {
    @StreamTopology({ name: 'a' })
    class A extends Inputs {}
    @StreamTopology({ name: 'b' })
    class B {
      @MapValues(of(() => A, 'orders'))
      shout(order: string): string {
        return order.toUpperCase();
      }
      @Join('shout', of(() => A, 'accounts'))
      joined(order: string, account: string): string {
        return both(order, account);
      }
    }
    expect(decorated([A, B])).toBe(
      dsl((builder) => {
        const { orders, accounts } = inputs(builder, 'a');
        orders.mapValues((v) => v, { name: 'b-shout' }).join(accounts, both, { name: 'b-joined' });
      }),
    );
  });

  it('@Cogroup: the table on a property, each stream that is folded into it on a method', () => {
    @StreamTopology()
    class CustomerTopology extends Inputs {
      @Cogroup({ initial: () => '', value: serdes.string, to: 'customer' })
      readonly customers!: KTable<string, string>;
      @Cogroup('orders', { into: 'customers' })
      ordered(customer: string, order: string): string {
        return customer + order;
      }
      @Cogroup('payments', { into: 'customers', groupBy: (payment: string) => payment, ...text })
      paid(customer: string, payment: string, key: string): string | null {
        return customer + payment + key;
      }
    }
    const description = decorated([CustomerTopology]);
    expect(description).toContain('customer-paid-by-repartition');
    expect(description).toBe(
      dsl((builder) => {
        const { orders, payments } = inputs(builder, 'customer');
        const add = (a: string): string => a;
        orders
          .groupByKey({ name: 'customer-ordered-by' })
          .cogroup(add)
          .cogroup(
            payments.groupBy((v) => v, { name: 'customer-paid-by', ...text }),
            add,
          )
          .aggregate(() => '', { name: 'customer-customers', materialized: { store: 'customers', value: serdes.string } })
          .toStream({ name: 'customer-customers-stream' })
          .to('customer', { name: 'customer-customers-to' });
      }),
    );
  });

  it('@Cogroup in windows and in sessions', () => {
    @StreamTopology()
    class VisitTopology extends Inputs {
      @Cogroup('orders', { into: 'perMinute' })
      ordered(visit: string, order: string): string {
        return visit + order;
      }
      @Cogroup({ initial: () => '', value: serdes.string, window: tumbling('1m'), store: 'minutes' })
      readonly perMinute!: KTable<Windowed<string>, string>;
      @Cogroup({ initial: () => '', value: serdes.string, window: session('1h'), merge: (left, right) => left + right })
      readonly visits!: KTable<Windowed<string>, string>;
      @Cogroup('payments', { into: 'visits' })
      paid(visit: string, payment: string): string {
        return visit + payment;
      }
    }
    expect(decorated([VisitTopology])).toBe(
      dsl((builder) => {
        const { orders, payments } = inputs(builder, 'visit');
        const add = (a: string): string => a;
        orders
          .groupByKey({ name: 'visit-ordered-by' })
          .cogroup(add)
          .windowedBy(tumbling('1m'))
          .aggregate(() => '', { name: 'visit-per-minute', materialized: { store: 'minutes', value: serdes.string } });
        payments
          .groupByKey({ name: 'visit-paid-by' })
          .cogroup(add)
          .windowedBy(session('1h'))
          .aggregate(() => '', add, { name: 'visit-visits', materialized: { store: 'visits', value: serdes.string } });
      }),
    );
  });

  it('gives every node and store of a join or a cogroup a name of the member', () => {
    @StreamTopology()
    class NamedTopology extends Inputs {
      @SelectKey('orders', { key: serdes.string })
      byText(order: string): string {
        return order;
      }
      @OuterJoin('byText', 'payments', { window })
      streams(order: string | null, payment: string | null): string {
        return both(order, payment);
      }
      @Join('byText', 'accounts')
      withTable(order: string, account: string): string {
        return both(order, account);
      }
      @Join('accounts', 'limits', { foreignKey: (account: string) => account })
      byForeignKey(account: string, limit: string): string {
        return both(account, limit);
      }
      @Join('byForeignKey', 'limits')
      twoTables(row: string, limit: string): string {
        return both(row, limit);
      }
      @Cogroup({ initial: () => '', value: serdes.string })
      readonly all!: KTable<string, string>;
      @Cogroup('byText', { into: 'all' })
      one(all: string, order: string): string {
        return all + order;
      }
    }
    const plan = { explicitNames: true, defaultValueSerde: serdes.string };
    expect(decorated([NamedTopology], undefined, plan)).not.toMatch(/\d{10}/);
  });
});
