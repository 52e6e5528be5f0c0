import {
  serdes,
  tumbling,
  within,
  type FixedKeyProcessor,
  type FixedKeyProcessorContext,
  type GlobalKTable,
  type KStream,
  type KTable,
  type ProcessorContext,
  type StreamRecord,
  type Windowed,
} from '@ouzel/streams';
import {
  AsyncMapValues,
  Cogroup,
  Filter,
  GlobalTable,
  Join,
  LeftJoin,
  MapValues,
  of,
  OuterJoin,
  Process,
  Processor,
  ProcessValues,
  Source,
  Table,
} from './index.js';
import { membersOf } from './member.js';

interface Payment {
  readonly user: string;
  readonly currency: string;
  readonly amount: number;
}
interface Account {
  readonly owner: number;
}

const payment = { key: serdes.string, value: serdes.json<Payment>() };
const window = within('5m');

class Inputs {
  @Source('payment', payment)
  readonly payments!: KStream<string, Payment>;
  @Source('text', { key: serdes.string, value: serdes.string })
  readonly texts!: KStream<string, string>;
  @Source('number', { key: serdes.double, value: serdes.double })
  readonly numbers!: KStream<number, number>;
  @Table('account', { key: serdes.string, value: serdes.json<Account>() })
  readonly accounts!: KTable<string, Account>;
  @Table('owner', { key: serdes.double, value: serdes.string })
  readonly owners!: KTable<number, string>;
  @GlobalTable('rate', { key: serdes.string, value: serdes.double })
  readonly rates!: GlobalKTable<string, number>;
}

@Processor()
class Measure implements Processor<string, Payment, string, number> {
  private context!: ProcessorContext<string, number>;
  init(context: ProcessorContext<string, number>): void {
    this.context = context;
  }
  process(record: StreamRecord<string, Payment>): void {
    void this.context.forward(record.with({ value: record.value.amount }));
  }
}
@Processor()
class Shorten implements FixedKeyProcessor<string, string, number> {
  private context!: FixedKeyProcessorContext<string, number>;
  init(context: FixedKeyProcessorContext<string, number>): void {
    this.context = context;
  }
  process(record: StreamRecord<string, string>): void {
    void this.context.forward(record.with({ value: record.value.length }));
  }
}

/**
 * Members that fit compile. The others have a mark: the compiler fails on a mark without an error (`npm run types`).
 */
class Fits extends Inputs {
  @Join('payments', 'texts', { window, value: serdes.string })
  streams(left: Payment, text: string, key: string): string {
    return left.user + text + key;
  }
  @LeftJoin('payments', 'texts', { window })
  orNoText(left: Payment, text: string | null): string {
    return left.user + text;
  }
  @OuterJoin('payments', 'texts', { window: () => window })
  either(left: Payment | null, text: string | null): string {
    return `${left?.user} ${text}`;
  }
  @Join('payments', 'accounts', { grace: '1m' })
  withAccount(left: Payment, account: Account): number {
    return left.amount + account.owner;
  }
  /** A method may have fewer parameters. */
  @LeftJoin('payments', 'accounts')
  leftOnly(left: Payment): number {
    return left.amount;
  }
  @Join('payments', 'rates', { on: (left: Payment) => left.currency })
  inEuro(left: Payment, rate: number): number {
    return left.amount * rate;
  }
  // eslint-disable-next-line @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-member-access -- `on` may be unchecked.
  @LeftJoin('payments', 'rates', { on: (left) => left.currency })
  orForeign(left: Payment, rate: number | null): number {
    return left.amount * (rate ?? 1);
  }
  @Join('accounts', 'owners', { foreignKey: (account: Account) => account.owner, store: 'owned' })
  owned(account: Account, owner: string): string {
    return owner + account.owner;
  }
  @OuterJoin('accounts', 'accounts', { value: serdes.double })
  twice(one: Account | null, other: Account | null): number | null {
    return one && other && one.owner + other.owner;
  }
  /** The types behind a method are not known. */
  @MapValues('payments')
  amounts(left: Payment): number {
    return left.amount;
  }
  @LeftJoin('amounts', 'owned')
  unknown(amount: number, owned: string | null): string {
    return `${amount} ${owned}`;
  }
  @Join(of(() => Inputs, 'payments'), of(() => Inputs, 'rates'), { on: (left: Payment) => left.currency })
  elsewhere(left: Payment, rate: number): number {
    return left.amount * rate;
  }

  @Cogroup({ initial: () => 0, value: serdes.double })
  readonly totals!: KTable<string, number>;
  @Cogroup('payments', { into: 'totals' })
  paid(total: number, left: Payment): number {
    return total + left.amount;
  }
  @Cogroup('numbers', { into: 'totals', groupBy: (value: number) => String(value), key: serdes.string })
  counted(total: number, value: number, key: string): number | null {
    return key === '' ? null : total + value;
  }
  @Cogroup({ initial: () => 0, value: serdes.double, window: tumbling('1m') })
  readonly perMinute!: KTable<Windowed<string>, number>;
  @Cogroup('payments', { into: 'perMinute' })
  paidPerMinute(total: number, left: Payment, key: string): number {
    return total + left.amount + key.length;
  }

  @Process('payments', { stores: ['seen'] })
  processed(record: StreamRecord<string, Payment>, context: ProcessorContext<string, number>): void {
    void context.forward(record.with({ value: record.value.amount }));
  }
  @ProcessValues('payments')
  async processedLater(record: StreamRecord<string, Payment>, context: FixedKeyProcessorContext<string, number>): Promise<void> {
    await context.forward(record.with({ value: record.value.amount }));
  }
  @Process('payments', Measure, { key: serdes.string, value: serdes.double })
  readonly measured!: KStream<string, number>;
  @ProcessValues('texts', Shorten)
  readonly lengths!: KStream<string, number>;

  @AsyncMapValues('payments', { value: serdes.double, retry: { attempts: 3, backoff: '10ms' } })
  async scored(left: Payment, _key: string, _record: StreamRecord<string, Payment>, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    return left.amount;
  }
}

class DoesNotFit extends Inputs {
  // @ts-expect-error Two streams are joined in a window.
  @Join('payments', 'texts')
  noWindow(left: Payment, text: string): string {
    return left.user + text;
  }
  // @ts-expect-error There is no window with a table.
  @Join('payments', 'accounts', { window })
  windowWithTable(left: Payment, account: Account): number {
    return left.amount + account.owner;
  }
  // @ts-expect-error A table stands on the right.
  @Join('accounts', 'payments')
  tableFirst(account: Account, right: Payment): number {
    return right.amount + account.owner;
  }
  // @ts-expect-error A global table needs `on`.
  @Join('payments', 'rates')
  noOn(left: Payment, rate: number): number {
    return left.amount * rate;
  }
  // @ts-expect-error A global table stands on the right.
  @Join('rates', 'payments', { on: () => '' })
  globalFirst(rate: number, right: Payment): number {
    return right.amount * rate;
  }
  // @ts-expect-error Only streams are joined with a global table.
  @Join('accounts', 'rates', { on: () => '' })
  tableWithGlobal(account: Account, rate: number): number {
    return account.owner * rate;
  }
  // @ts-expect-error A stream has no foreign keys.
  @Join('payments', 'accounts', { foreignKey: () => '' })
  streamByForeignKey(left: Payment, account: Account): number {
    return left.amount + account.owner;
  }
  // @ts-expect-error There is no such option.
  @Join('payments', 'accounts', { grase: '1m' })
  misspelt(left: Payment, account: Account): number {
    return left.amount + account.owner;
  }
  // @ts-expect-error There is no outer join with a table.
  @OuterJoin('payments', 'accounts')
  outerTable(left: Payment | null, account: Account | null): number {
    return (left?.amount ?? 0) + (account?.owner ?? 0);
  }
  // @ts-expect-error There is no outer join with a global table.
  @OuterJoin('payments', 'rates', { on: () => '' })
  outerGlobal(left: Payment | null, rate: number | null): number {
    return (left?.amount ?? 0) + (rate ?? 0);
  }
  // @ts-expect-error The left side has other values.
  @Join('payments', 'texts', { window })
  wrongLeft(left: number, text: string): string {
    return left + text;
  }
  // @ts-expect-error The right side has other values.
  @Join('payments', 'texts', { window })
  wrongRight(left: Payment, text: number): number {
    return left.amount + text;
  }
  // @ts-expect-error The serde says number.
  @Join('payments', 'texts', { window, value: serdes.double })
  wrongResult(left: Payment, text: string): string {
    return left.user + text;
  }
  // @ts-expect-error The right side may be missing.
  @LeftJoin('payments', 'accounts')
  missingRight(left: Payment, account: Account): number {
    return left.amount + account.owner;
  }
  // @ts-expect-error The left side may be missing.
  @OuterJoin('payments', 'texts', { window })
  missingLeft(left: Payment, text: string | null): string {
    return left.user + text;
  }
  // @ts-expect-error Text is not joined with a number.
  @Join('payments', 'numbers', { window })
  otherKeys(left: Payment, value: number): number {
    return left.amount + value;
  }
  // @ts-expect-error Rates are kept by text.
  @Join('payments', 'rates', { on: (left: Payment) => left.amount })
  wrongOn(left: Payment, rate: number): number {
    return left.amount * rate;
  }
  // @ts-expect-error The left side has other values.
  @Join('payments', 'rates', { on: (left: Account) => String(left.owner) })
  wrongOnValue(left: Payment, rate: number): number {
    return left.amount * rate;
  }
  // @ts-expect-error Owners are kept by number.
  @Join('accounts', 'owners', { foreignKey: (account: Account) => String(account.owner) })
  wrongForeignKey(account: Account, owner: string): string {
    return owner + account.owner;
  }
  // @ts-expect-error Joiners are synchronous.
  @Join('payments', 'accounts')
  async later(left: Payment, account: Account): Promise<number> {
    return left.amount + account.owner;
  }
  // @ts-expect-error There is no such member.
  @Join('payments', 'acounts')
  noRight(left: Payment): number {
    return left.amount;
  }
  // @ts-expect-error The member over there is no stream.
  @Join(of(() => Inputs, 'accounts'), 'rates', { on: () => '' })
  tableElsewhere(account: Account, rate: number): number {
    return account.owner * rate;
  }
  // @ts-expect-error No record comes from a global table.
  @Filter('rates')
  filtered(): boolean {
    return true;
  }
  // @ts-expect-error A global table is no table.
  @GlobalTable('rate')
  readonly wrongFace!: KTable<string, number>;

  @Cogroup({ initial: () => 0, value: serdes.double })
  readonly totals!: KTable<string, number>;
  // @ts-expect-error The aggregate is a number.
  @Cogroup({ initial: () => 0, value: serdes.double })
  readonly wrongTable!: KTable<string, string>;
  // @ts-expect-error Windows make the key windowed.
  @Cogroup({ initial: () => 0, window: tumbling('1m') })
  readonly notWindowed!: KTable<string, number>;
  // @ts-expect-error There is no such table.
  @Cogroup('payments', { into: 'total' })
  nowhere(total: number): number {
    return total;
  }
  // @ts-expect-error The aggregate is a number.
  @Cogroup('payments', { into: 'totals' })
  wrongAggregate(total: string): string {
    return total;
  }
  // @ts-expect-error The stream has other values.
  @Cogroup('payments', { into: 'totals' })
  wrongValue(total: number, value: number): number {
    return total + value;
  }
  // @ts-expect-error The table is kept by text.
  @Cogroup('numbers', { into: 'totals' })
  wrongKeys(total: number, value: number): number {
    return total + value;
  }

  // @ts-expect-error A record comes, not a value.
  @Process('payments')
  noRecord(left: Payment): void {
    void left.amount;
  }
  // @ts-expect-error The processor takes payments.
  @Process('texts', Measure)
  readonly wrongInput!: KStream<string, number>;
  // @ts-expect-error The processor gives numbers.
  @Process('payments', Measure)
  readonly wrongOutput!: KStream<string, string>;
  // @ts-expect-error The processor gives numbers.
  @ProcessValues('texts', Shorten)
  readonly wrongLengths!: KStream<string, string>;
  // @ts-expect-error That is no processor.
  @Process('payments', Inputs)
  readonly noProcessor!: KStream<string, number>;

  // @ts-expect-error A promise is asked for.
  @AsyncMapValues('payments')
  atOnce(left: Payment): number {
    return left.amount;
  }
  // @ts-expect-error The serde says number.
  @AsyncMapValues('payments', { value: serdes.double })
  async wrongPromise(left: Payment): Promise<string> {
    return left.user;
  }
}

describe('decorators', () => {
  it('keep both upstreams of a join, the table of a fold and the class of a processor', () => {
    const members = membersOf(Fits);
    const member = (name: string) => members.find((one) => one.name === name);
    expect(member('streams')).toMatchObject({ decorator: '@Join', on: 'method', upstreams: ['payments', 'texts'], options: { window } });
    expect(member('totals')).toMatchObject({ decorator: '@Cogroup', on: 'property', upstreams: [] });
    expect(member('paid')).toMatchObject({ decorator: '@Cogroup', on: 'method', upstreams: ['payments'], options: { into: 'totals' } });
    expect(member('measured')).toMatchObject({ decorator: '@Process', on: 'property', upstreams: ['payments'], processor: Measure });
    expect(membersOf(DoesNotFit).some(({ name }) => name === 'wrongFace')).toBe(true);
  });
});
