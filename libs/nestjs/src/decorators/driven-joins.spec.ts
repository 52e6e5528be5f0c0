import { Test } from '@nestjs/testing';
import {
  serdes,
  silentLogger,
  tumbling,
  within,
  embedded,
  type GlobalKTable,
  type KStream,
  type KTable,
  type Windowed,
} from '@ouzel/streams';
import { createDrivenApplication, type DrivenApplication } from '@ouzel/testing/nestjs';
import { OuzelModule } from '../index.js';
import { Cogroup, Count, GlobalTable, Join, LeftJoin, OuterJoin, Source, StreamTopology, Table, ToTable } from './index.js';

const text = { key: serdes.string, value: serdes.string };

class Rates {
  readonly fee = '2%';
}

@StreamTopology()
class ShopTopology {
  constructor(private readonly rates: Rates) {}

  @Source('order', text)
  readonly orders!: KStream<string, string>;
  @Source('payment', text)
  readonly payments!: KStream<string, string>;
  @Table('customer', text)
  readonly customers!: KTable<string, string>;
  @Table('city', text)
  readonly cities!: KTable<string, string>;
  @GlobalTable('currency', text)
  readonly currencies!: GlobalKTable<string, string>;

  @Join('orders', 'payments', { window: within('10s'), value: serdes.string, to: 'paid' })
  paid(order: string, payment: string, key: string): string {
    return `${key}: ${order} for ${payment} and ${this.rates.fee}`;
  }
  @OuterJoin('orders', 'payments', { window: within('10s'), value: serdes.string, to: 'either' })
  either(order: string | null, payment: string | null): string {
    return `${order} ${payment}`;
  }
  @Join('orders', 'customers', { value: serdes.string, to: 'known' })
  known(order: string, customer: string): string {
    return `${order} of ${customer}`;
  }
  @LeftJoin('payments', 'currencies', { on: (payment: string) => payment.slice(-1), value: serdes.string, to: 'converted' })
  converted(payment: string, currency: string | null): string {
    return `${payment} (${currency})`;
  }
  @Join('customers', 'cities', { foreignKey: (customer: string) => customer.split('@')[1]!, value: serdes.string, to: 'address' })
  address(customer: string, city: string): string {
    return `${customer} = ${city}`;
  }
  @LeftJoin('customers', 'cities', { store: 'same-key', value: serdes.string, to: 'same-key' })
  sameKey(customer: string, city: string | null): string | null {
    return customer === 'nobody' ? null : `${customer} ${city}`;
  }

  @Cogroup({ initial: () => '', value: serdes.string, to: 'story' })
  readonly stories!: KTable<string, string>;
  @Cogroup('orders', { into: 'stories' })
  ordered(story: string, order: string): string {
    return `${story} ordered ${order}`;
  }
  @Cogroup('payments', { into: 'stories' })
  paying(story: string, payment: string): string | null {
    return payment === 'stop' ? null : `${story} paid ${payment} at ${this.rates.fee}`;
  }

  @Count('orders', { window: tumbling('1m'), emit: 'close', to: 'final-count' })
  readonly finalCounts!: KTable<Windowed<string>, number>;
  @ToTable('payments', { ttl: '1m', to: 'last-payment' })
  readonly lastPayments!: KTable<string, string>;
}

describe('a driven application', () => {
  let driven: DrivenApplication;
  beforeEach(async () => {
    driven = await createDrivenApplication(
      Test.createTestingModule({
        imports: [OuzelModule.forRoot({ applicationId: 'shop', kafka: embedded(), logger: silentLogger })],
        providers: [ShopTopology, Rates],
      }),
    );
  });
  afterEach(() => driven.app.close());

  const pipe = (topic: string, key: string, value: string | null, at = 0) =>
    driven.driver
      .createInputTopic<string, string | null>(topic, serdes.string, serdes.nullable(serdes.string))
      .pipeKeyValue(key, value, at);
  const read = (topic: string) => driven.driver.createOutputTopic(topic, serdes.string, serdes.string).readKeyValues();

  it('joins two streams in a window, by a method that uses a provider', async () => {
    await pipe('order', 'ann', 'tea', 1_000);
    await pipe('payment', 'ann', '3€', 5_000);
    await pipe('payment', 'ann', '9€', 30_000);
    expect(read('paid')).toEqual([['ann', 'ann: tea for 3€ and 2%']]);
  });

  it('joins records that find nothing in their window with null', async () => {
    await pipe('order', 'ann', 'tea', 1_000);
    await driven.driver.advanceWallClock('2s');
    await pipe('payment', 'bob', '3€', 40_000);
    expect(read('either')).toEqual([['ann', 'tea null']]);
  });

  it('joins a stream with a table', async () => {
    await pipe('order', 'ann', 'tea');
    await pipe('customer', 'ann', 'Ann@B');
    await pipe('order', 'ann', 'cup');
    expect(read('known')).toEqual([['ann', 'cup of Ann@B']]);
  });

  it('joins a stream with a global table, by the key that `on` finds', async () => {
    await pipe('currency', '€', 'Euro');
    await pipe('payment', 'ann', '3€');
    await pipe('payment', 'ann', '3$');
    expect(read('converted')).toEqual([
      ['ann', '3€ (Euro)'],
      ['ann', '3$ (null)'],
    ]);
  });

  it('joins two tables by foreign key', async () => {
    await pipe('city', 'B', 'Bern');
    await pipe('customer', 'ann', 'Ann@B');
    await pipe('customer', 'bob', 'Bob@C');
    await pipe('city', 'B', 'Berne');
    expect(read('address')).toEqual([
      ['ann', 'Ann@B = Bern'],
      ['ann', 'Ann@B = Berne'],
    ]);
    expect((await driven.driver.keyValueStore<string, string>('address')).get('ann')).toBe('Ann@B = Berne');
  });

  it('joins two tables by their key', async () => {
    await pipe('customer', 'ann', 'Ann@B');
    await pipe('city', 'ann', 'Bern');
    expect(read('same-key')).toEqual([
      ['ann', 'Ann@B null'],
      ['ann', 'Ann@B Bern'],
    ]);
  });

  it('folds several streams into one table', async () => {
    await pipe('order', 'ann', 'tea');
    await pipe('payment', 'ann', '3€');
    await pipe('payment', 'ann', 'stop');
    const topic = driven.driver.createOutputTopic('story', serdes.string, serdes.nullable(serdes.string));
    expect(topic.readKeyValues()).toEqual([
      ['ann', ' ordered tea'],
      ['ann', ' ordered tea paid 3€ at 2%'],
      ['ann', null],
    ]);
  });

  it('emits the count of a window once, when it closes', async () => {
    await pipe('order', 'ann', 'tea', 1_000);
    await pipe('order', 'ann', 'cup', 2_000);
    await driven.driver.advanceWallClock('2s');
    await pipe('order', 'bob', 'tea', 70_000);
    const topic = driven.driver.createOutputTopic('final-count', serdes.timeWindowed(serdes.string, '1m'), serdes.long);
    expect(topic.readKeyValues()).toEqual([[{ key: 'ann', window: { start: 0, end: 60_000 } }, 2]]);
  });

  it('deletes rows of a table that have outlived their ttl', async () => {
    await pipe('payment', 'ann', '3€', 0);
    await pipe('payment', 'bob', '4€', 200_000);
    await driven.driver.advanceWallClock('2m');
    const topic = driven.driver.createOutputTopic('last-payment', serdes.string, serdes.nullable(serdes.string));
    expect(topic.readKeyValues()).toEqual([
      ['ann', '3€'],
      ['bob', '4€'],
      ['ann', null],
    ]);
  });
});
