import {
  serdes,
  session,
  tumbling,
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
  FlatMap,
  Map,
  MapValues,
  Merge,
  of,
  Reduce,
  Repartition,
  Source,
  StreamTopology,
  Table,
  To,
  ToTable,
} from './index.js';
import { membersOf } from './member.js';

interface Payment {
  readonly userId: string;
  readonly amount: number;
}
interface Total {
  readonly count: number;
}
interface AppConfig {
  readonly topics: { readonly payment: string };
}

/**
 * Members that fit compile. The others have a mark: the compiler fails on a mark without an error (`npm run types`).
 */
@StreamTopology()
class Fits {
  constructor(private readonly rates: ReadonlyMap<string, number>) {}

  @Source((config: AppConfig) => config.topics.payment, { key: serdes.string, value: serdes.json<Payment>() })
  readonly payments!: KStream<string, Payment>;

  @Source(/payment-.*/)
  readonly untyped!: KStream<string, Payment>;

  @Table('limit', { key: serdes.string, value: serdes.double })
  readonly limits!: KTable<string, number>;

  @Filter('payments', { to: 'large' })
  isLarge(payment: Payment): boolean {
    return payment.amount > (this.rates.get('limit') ?? 0);
  }

  @Filter('payments')
  hasKey(_payment: Payment, key: string, record: StreamRecord<string, Payment>): boolean {
    return key !== '' && record.timestamp > 0;
  }

  @Filter('limits')
  isHigh(limit: number, key: string): boolean {
    return limit > key.length;
  }

  @MapValues('payments', { value: serdes.double })
  amount(payment: Payment): number {
    return payment.amount;
  }

  /** The types behind a method are not known. */
  @MapValues('amount')
  doubled(amount: number): number {
    return amount * 2;
  }

  @Map('payments', { key: serdes.string, value: serdes.double })
  byUser(payment: Payment): [string | null, number] {
    return [payment.userId, payment.amount];
  }

  @FlatMap('payments')
  *twice(payment: Payment, key: string): Iterable<[string, Payment]> {
    yield [key, payment];
    yield [key, payment];
  }

  @Branch('payments')
  small(payment: Payment): boolean {
    return payment.amount < 1;
  }

  @DefaultBranch('payments')
  readonly others!: KStream<string, Payment>;

  @Merge('payments', 'others')
  readonly all!: KStream<string, Payment>;

  @Repartition('payments', { partitions: (config: AppConfig) => config.topics.payment.length })
  readonly spread!: KStream<string, Payment>;

  @ToTable('payments', { store: 'last' })
  readonly last!: KTable<string, Payment>;

  @Count('payments')
  readonly perUser!: KTable<string, number>;

  @Count('payments', { window: tumbling('1m') })
  readonly perMinute!: KTable<Windowed<string>, number>;

  @Count('payments', { groupBy: (payment: Payment) => payment.amount, window: session('1m') })
  readonly perAmount!: KTable<Windowed<number>, number>;

  @Count('limits', { groupBy: (limit: number, key: string) => [limit, key] })
  readonly usersPerLimit!: KTable<number, number>;

  @Reduce('payments')
  larger(aggregate: Payment, payment: Payment): Payment {
    return aggregate.amount > payment.amount ? aggregate : payment;
  }

  @Aggregate('payments', {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-member-access -- it may be unchecked.
    groupBy: (payment) => payment.userId,
    window: tumbling('1m', { grace: '10s' }),
    initial: () => 0,
    value: serdes.double,
    to: 'spend',
  })
  spend(total: number, payment: Payment): number {
    return total + payment.amount;
  }

  @Aggregate('payments', { initial: () => ({ count: 0 }), value: serdes.json<Total>() })
  totals(total: Total): Total | null {
    return { count: total.count + 1 };
  }

  @To('payments', 'copy')
  readonly copied!: void;

  @To('payments', { key: serdes.string })
  topicOf(payment: Payment): string {
    return `of-${payment.userId}`;
  }

  @Build('payments', 'isLarge')
  build(_builder: StreamsBuilder, payments: KStream<string, Payment>, large: KStream<string, Payment>): KStream<string, Payment> {
    return payments.merge(large);
  }

  @Filter(of(() => Other, 'events'))
  fromOther(event: number): boolean {
    return event > 0;
  }
}

class Other {
  @Source('event', { key: serdes.string, value: serdes.double })
  readonly events!: KStream<string, number>;
}

class DoesNotFit {
  @Source('payment', { key: serdes.string, value: serdes.json<Payment>() })
  readonly payments!: KStream<string, Payment>;

  private readonly hidden!: KStream<string, Payment>;
  readonly service!: { readonly name: string };

  // @ts-expect-error The property has another type than the serdes.
  @Source('payment', { key: serdes.string, value: serdes.double })
  readonly wrongValue!: KStream<string, Payment>;

  // @ts-expect-error A table is no stream.
  @Table('payment')
  readonly wrongFace!: KStream<string, Payment>;

  // @ts-expect-error There is no such member.
  @Filter('payment')
  noUpstream(): boolean {
    return true;
  }

  // @ts-expect-error Private members can not be named.
  @Filter('hidden')
  privateUpstream(): boolean {
    return this.hidden !== undefined;
  }

  // @ts-expect-error A service is no upstream.
  @Filter('service')
  serviceUpstream(): boolean {
    return true;
  }

  // @ts-expect-error The value has another type.
  @Filter('payments')
  wrongParameter(payment: string): boolean {
    return payment === '';
  }

  // @ts-expect-error The key has another type.
  @Filter('payments')
  wrongKey(_payment: Payment, key: number): boolean {
    return key > 0;
  }

  // @ts-expect-error A predicate returns a boolean.
  @Filter('payments')
  wrongResult(payment: Payment): number {
    return payment.amount;
  }

  // @ts-expect-error The serde says number.
  @MapValues('payments', { value: serdes.double })
  wrongMapped(payment: Payment): string {
    return payment.userId;
  }

  // @ts-expect-error A pair is asked for.
  @Map('payments')
  noPair(payment: Payment): string {
    return payment.userId;
  }

  // @ts-expect-error Operators are synchronous.
  @MapValues('payments')
  async later(payment: Payment): Promise<number> {
    return payment.amount;
  }

  // @ts-expect-error More parameters than there are.
  @Aggregate('payments', { initial: () => 0 })
  tooMany(total: number, payment: Payment, _key: string, _more: string): number {
    return total + payment.amount;
  }

  // @ts-expect-error The aggregate is a number.
  @Aggregate('payments', { initial: () => 0, value: serdes.double })
  wrongAggregate(total: string, payment: Payment): string {
    return total + String(payment.amount);
  }

  // @ts-expect-error The serde is not of what the aggregate begins with.
  @Aggregate('payments', { initial: () => 'none', value: serdes.double })
  wrongInitial(total: number): number {
    return total;
  }

  // @ts-expect-error The upstream's values are payments.
  @Reduce('payments')
  wrongReduce(total: number, amount: number): number {
    return total + amount;
  }

  // @ts-expect-error A property has no function.
  @Filter('payments')
  readonly filtered!: KStream<string, Payment>;

  // @ts-expect-error A method has no stream to declare.
  @Count('payments')
  counted(): number {
    return 0;
  }

  // @ts-expect-error Windows make the key windowed.
  @Count('payments', { window: tumbling('1m') })
  readonly notWindowed!: KTable<string, number>;

  // @ts-expect-error Grouped by a number.
  @Count('payments', { groupBy: (payment: Payment) => payment.amount })
  readonly wrongGroup!: KTable<string, number>;

  // @ts-expect-error There is no such option.
  @Count('payments', { widow: tumbling('1m') })
  readonly misspelt!: KTable<string, number>;

  // @ts-expect-error The other one has other values.
  @Merge('payments', 'numbers')
  readonly merged!: KStream<string, Payment>;

  @Source('number', { key: serdes.string, value: serdes.double })
  readonly numbers!: KStream<string, number>;

  // @ts-expect-error There is no such member over there.
  @Filter(of(() => Other, 'event'))
  noSuchMember(): boolean {
    return true;
  }

  // @ts-expect-error The member over there has other values.
  @Filter(of(() => Other, 'events'))
  otherValues(event: string): boolean {
    return event === '';
  }
}

describe('decorators', () => {
  it('keep members in the order of the class', () => {
    expect(
      membersOf(Fits)
        .map(({ name, decorator }) => `${decorator} ${name}`)
        .slice(0, 4),
    ).toEqual(['@Source payments', '@Source untyped', '@Table limits', '@Filter isLarge']);
  });

  it('keep upstream, topic and options as they are written', () => {
    expect(membersOf(Fits).find(({ name }) => name === 'isLarge')).toEqual({
      name: 'isLarge',
      isStatic: false,
      decorator: '@Filter',
      operator: 'filter',
      on: 'method',
      upstreams: ['payments'],
      options: { to: 'large' },
    });
    expect(membersOf(DoesNotFit).some(({ name }) => name === 'wrongFace')).toBe(true);
  });

  it('let a subclass declare a member again', () => {
    class Base {
      @Source('a')
      readonly records!: KStream<string, string>;
      @Filter('records')
      wanted(): boolean {
        return true;
      }
    }
    class Derived extends Base {
      @Source('b')
      declare readonly records: KStream<string, string>;
    }
    expect(membersOf(Derived).map(({ name, topic }) => [name, topic])).toEqual([
      ['wanted', undefined],
      ['records', 'b'],
    ]);
    expect(membersOf(Base).map(({ topic }) => topic)).toEqual(['a', undefined]);
  });
});
