import { UseGuards } from '@nestjs/common';
import { serdes, session, type KStream, type KTable } from '@ouzel/streams';
import {
  Aggregate,
  Branch,
  Build,
  Count,
  DefaultBranch,
  Filter,
  ForEach,
  MapValues,
  Merge,
  Peek,
  Process,
  Reduce,
  Source,
  StreamTopology,
  Table,
  To,
  of,
} from '../decorators/index.js';
import { decorated, faults } from './assembled.spec-support.js';
import { DecoratorError } from './decorator-error.js';

const text = { key: serdes.string, value: serdes.string };

describe('faults of decorators', () => {
  it('are all reported, each with class, member, what is wrong and what would help', () => {
    @StreamTopology()
    class PaymentTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      // @ts-expect-error There is no such member.
      @Filter('payment')
      unknown(): boolean {
        return true;
      }
      // @ts-expect-error Nothing comes near.
      @Filter('orders')
      ordered(): boolean {
        return true;
      }
      @Peek('unknown')
      behindAFault(): void {}
    }
    @StreamTopology()
    class OtherTopology {
      // @ts-expect-error There is no such member.
      @Peek('nothing')
      look(): void {}
    }
    expect(faults(PaymentTopology, OtherTopology)).toEqual([
      'OtherTopology.look (@Peek): upstream "nothing" is not a member of OtherTopology | It has no other member.',
      'PaymentTopology.unknown (@Filter): upstream "payment" is not a member of PaymentTopology | Did you mean "payments"?',
      'PaymentTopology.ordered (@Filter): upstream "orders" is not a member of PaymentTopology | There are payments, unknown, behindAFault.',
    ]);
  });

  it('become one error, with a line for each', () => {
    const { message, code } = new DecoratorError([
      { topology: 'A', member: 'x', where: 'A.x (@Filter)', what: 'is wrong', help: 'Do right.' },
      { topology: 'A', member: undefined, where: 'A', what: 'is empty' },
    ]);
    expect(code).toBe('OUZEL_DECORATOR');
    expect(message).toBe('OUZEL_DECORATOR: 2 faults\n  - A.x (@Filter): is wrong. Do right.\n  - A: is empty');
  });

  it('report a decorator on a member of the wrong kind', () => {
    @StreamTopology()
    class KindTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      // @ts-expect-error A property has no function.
      @Filter('payments')
      readonly filtered!: KStream<string, string>;
      // @ts-expect-error A method has no stream to declare.
      @Count('payments')
      counted(): void {}
      @Source('order', text)
      readonly orders: KStream<string, string> = null!;
    }
    expect(faults(KindTopology)).toEqual([
      "KindTopology.filtered (@Filter): is not a method | @Filter belongs on a method, which is the operator's function.",
      'KindTopology.counted (@Count): is a method | @Count takes no function. Declare a property: readonly counted!: KStream<…> or KTable<…>.',
      'KindTopology.orders (@Source): has a value | A decorated property only declares its type: remove the initialiser.',
    ]);
  });

  it('report two operators on one member, and names that are equal in kebab-case', () => {
    @StreamTopology()
    class NameTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      @Peek('payments')
      @ForEach('payments')
      look(): void {}
      @Peek('payments')
      inEuro(): void {}
      @Peek('payments')
      in_euro(): void {}
    }
    expect(faults(NameTopology)).toEqual([
      'NameTopology.look (@Peek): is decorated twice, by @ForEach too | Give each operator a member of its own.',
      'NameTopology.in_euro (@Peek): has the same name in kebab-case as "inEuro" (@Peek) | Rename one of them.',
    ]);
  });

  it('report names of nodes and stores that two members have, and name both members', () => {
    @StreamTopology()
    class ATopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      @Count('payments')
      readonly totals!: KTable<string, number>;
      @Peek('payments')
      bLook(): void {}
      @Peek('payments', { to: 'x' })
      look(): void {}
      @Peek('payments')
      lookTo(): void {}
    }
    @StreamTopology({ name: 'a-b' })
    class BTopology {
      @Source('order', text)
      readonly orders!: KStream<string, string>;
      @Count('orders')
      readonly totals!: KTable<string, number>;
      @Peek('orders')
      look(): void {}
    }
    expect(faults(ATopology, BTopology)).toEqual([
      'ATopology.lookTo (@Peek): its node "a-look-to" is also that of ATopology.look (@Peek) | Rename one of the members, or give one topology another name.',
      `BTopology.totals (@Count): its store "totals" is also that of ATopology.totals (@Count) | Name one of them: { store: '…' }.`,
      'BTopology.look (@Peek): its node "a-b-look" is also that of ATopology.bLook (@Peek) | Rename one of the members, or give one topology another name.',
    ]);
  });

  it('report topologies of one name, and a topology without members', () => {
    @StreamTopology()
    class PaymentTopology {
      @Source('a', text)
      readonly a!: KStream<string, string>;
    }
    @StreamTopology({ name: 'payment' })
    class Payments {
      @Source('b', text)
      readonly b!: KStream<string, string>;
    }
    @StreamTopology()
    class EmptyTopology {}
    expect(faults(PaymentTopology, Payments, EmptyTopology)).toEqual([
      'EmptyTopology: has no member | Begin with @Source or @Table, or remove @StreamTopology().',
      `Payments: is named "payment", as PaymentTopology is | Name one of them: @StreamTopology({ name: '…' }).`,
    ]);
  });

  it('report a circle, and a member that comes after an end', () => {
    @StreamTopology()
    class CircleTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      @MapValues('second')
      first(value: string): string {
        return value;
      }
      @MapValues('first')
      second(value: string): string {
        return value;
      }
      @ForEach('payments')
      end(): void {}
      @Peek('end')
      afterTheEnd(): void {}
    }
    expect(faults(CircleTopology)).toEqual([
      'CircleTopology.second (@MapValues): comes after itself: CircleTopology.first <- CircleTopology.second <- CircleTopology.first | A topology has no circles; write to a topic and read it again if you mean one.',
      'CircleTopology.afterTheEnd (@Peek): nothing comes after CircleTopology.end (@ForEach) | Take the upstream of that member.',
    ]);
  });

  it('report an upstream of a class that is not provided', () => {
    @StreamTopology()
    class Absent {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
    }
    @StreamTopology()
    class PresentTopology {
      @Peek(of(() => Absent, 'payments'))
      look(): void {}
    }
    expect(faults(PresentTopology)).toEqual([
      'PresentTopology.look (@Peek): upstream Absent.payments is not part of this application | The class must have @StreamTopology() and be a provider of a module of this application.',
    ]);
  });

  it('report options that are missing', () => {
    @StreamTopology()
    class OptionTopology {
      @Table('account', text)
      readonly accounts!: KTable<string, string>;
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      @Count('accounts')
      readonly ungrouped!: KTable<string, number>;
      @Reduce('accounts', { groupBy: (value: string, key: string) => [key, value] })
      withoutSubtract(_all: string, value: string): string {
        return value;
      }
      @Aggregate('payments', { window: session('1m'), initial: () => 0 })
      withoutMerge(total: number): number {
        return total;
      }
      @DefaultBranch('payments')
      readonly rest!: KStream<string, string>;
      @Count('payments', { emit: 'close' })
      readonly neverClosed!: KTable<string, number>;
      @Source((config: { readonly topic: string }) => config.topic)
      readonly configured!: KStream<string, string>;
    }
    expect(faults(OptionTopology)).toEqual([
      'OptionTopology.configured (@Source): the topic is a function of the config, and the module has none | Give it one: OuzelModule.forRoot({ config, … }).',
      'OptionTopology.ungrouped (@Count): a table is grouped without groupBy | Return the new key and value: groupBy: (value, key) => [newKey, newValue].',
      'OptionTopology.withoutSubtract (@Reduce): a table is aggregated without subtract | Give the function that takes the former value of a row out again.',
      'OptionTopology.withoutMerge (@Aggregate): session windows are aggregated without merge | Give the function that makes one aggregate of two: merge: (left, right, key) => ….',
      'OptionTopology.rest (@DefaultBranch): there is no @Branch of its upstream | A default branch takes what no branch takes.',
      "OptionTopology.neverClosed (@Count): says when windows send results, and has no window | Leave emit out, or give a window: { window: tumbling('1m') }.",
    ]);
  });

  it('report guards and interceptors on an operator, which would not run', () => {
    @StreamTopology()
    class GuardedTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      @UseGuards({ canActivate: () => false })
      @Filter('payments')
      wanted(): boolean {
        return true;
      }
    }
    expect(faults(GuardedTopology)).toEqual([
      'GuardedTopology.wanted (@Filter): @UseGuards has no effect here | A record has no request that could be refused: take it out with @Filter.',
    ]);
  });

  it('report a @Build method that is asynchronous, or throws', () => {
    @StreamTopology()
    class BuildTopology {
      @Build()
      async later(): Promise<void> {}
      @Build()
      never(): void {
        throw new Error('no rates');
      }
    }
    expect(faults(BuildTopology)).toEqual([
      'BuildTopology.later (@Build): a topology can not be assembled asynchronously | Ask for what it needs before: in the factory of a provider, or of the module.',
      'BuildTopology.never (@Build): no rates',
    ]);
  });

  it('report what the DSL refuses', () => {
    @StreamTopology()
    class IllegalTopology {
      @Source('no such name!', text)
      readonly payments!: KStream<string, string>;
    }
    expect(faults(IllegalTopology)[0]).toMatch(/^IllegalTopology\.payments \(@Source\): .*no such name!/);
  });

  it('report upstreams that are no names of members', () => {
    @StreamTopology()
    class UpstreamTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      // @ts-expect-error The upstream is missing.
      @Peek()
      none(): void {}
      // @ts-expect-error The upstream is missing.
      @MapValues({ to: 'copy' })
      options(): string {
        return '';
      }
      // @ts-expect-error There are two.
      @Merge('payments')
      readonly merged!: KStream<string, string>;
      // @ts-expect-error The class stands behind a function.
      @Peek(of(UpstreamTopology, 'payments'))
      byClass(): void {}
      @Peek(of((): typeof UpstreamTopology => undefined!, 'payments'))
      undefinedClass(): void {}
    }
    expect(faults(UpstreamTopology)).toEqual([
      'UpstreamTopology.none (@Peek): its upstream is missing | @Peek names its upstream first, then its options.',
      'UpstreamTopology.options (@MapValues): its upstream is not the name of a member | @MapValues names its upstream first, then its options.',
      'UpstreamTopology.merged (@Merge): upstream 2 of 2 is missing | @Merge names its upstreams first, then its options.',
      'UpstreamTopology.byClass (@Peek): of(…, "payments") is not given a function | Write of(() => OtherTopology, "member").',
      'UpstreamTopology.undefinedClass (@Peek): the class of upstream "payments" is undefined | Write of(() => OtherTopology, "member"). Two files that import each other may do so.',
    ]);
  });

  it('report static members, getters, and what @To and @Process lack', () => {
    @StreamTopology()
    class PlaceTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      @Filter('payments')
      get filter(): () => boolean {
        return () => true;
      }
      // @ts-expect-error A topic is missing.
      @To('payments')
      readonly copied!: void;
      // @ts-expect-error A class is missing.
      @Process('payments')
      readonly processed!: KStream<string, string>;
    }
    expect(faults(PlaceTopology)).toEqual([
      'PlaceTopology.filter (@Filter): is a getter or setter | Declare a method or a property.',
      "PlaceTopology.copied (@To): is not a method | On a property it needs a topic: @To('upstream', 'topic'). On a method without a topic, the method returns the topic of each record.",
      'PlaceTopology.processed (@Process): is not a method | On a property it needs a class with @Processor(), which is undefined here if two files import each other. Without a class it belongs on a method.',
    ]);
    @StreamTopology()
    class StaticTopology {
      // @ts-expect-error A static member belongs to no instance.
      @Filter('payments')
      static wanted(): boolean {
        return true;
      }
    }
    expect(faults(StaticTopology)).toEqual([
      'StaticTopology.wanted (@Filter): is static | Members belong to the instance that Nest makes: remove `static`.',
    ]);
  });

  it('report methods and callbacks that are asynchronous where nothing waits for them', () => {
    @StreamTopology()
    class PromiseTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      // @ts-expect-error A filter is synchronous.
      @Filter('payments')
      async wanted(): Promise<boolean> {
        return true;
      }
      // @ts-expect-error So is what is only watched.
      @Peek('payments')
      watch(): Promise<void> {
        return Promise.resolve();
      }
      @Count('payments', { groupBy: async (payment: string) => payment })
      readonly counts!: KTable<Promise<string>, number>;
      @Process('payments')
      async processed(): Promise<void> {}
    }
    const help = 'Do asynchronous work with @AsyncMapValues, or in @Process.';
    expect(faults(PromiseTopology)).toEqual([
      `PromiseTopology.wanted (@Filter): returns a promise, which this operator does not wait for | ${help}`,
      `PromiseTopology.watch (@Peek): returns a promise, which this operator does not wait for | ${help}`,
      'PromiseTopology.counts (@Count): groupBy must not be asynchronous | Ask for what it needs in an @AsyncMapValues member before this one.',
    ]);
  });

  it('report a second default branch once, and a member after a @Build method that returns no stream', () => {
    @StreamTopology()
    class BranchTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      @Branch('payments')
      small(): boolean {
        return true;
      }
      @DefaultBranch('payments')
      readonly others!: KStream<string, string>;
      @DefaultBranch('payments')
      readonly rest!: KStream<string, string>;
      @Build()
      built(): number {
        return 12;
      }
      @Peek('built')
      look(): void {}
    }
    expect(faults(BranchTopology)).toEqual([
      'BranchTopology.rest (@DefaultBranch): is the second default branch of its upstream, after "others" | Keep one.',
      'BranchTopology.look (@Peek): nothing comes after BranchTopology.built (@Build) | Return the stream or table that it makes.',
    ]);
  });
});

describe('a class that two topologies extend', () => {
  class Inputs {
    constructor(readonly limit: string) {}
    @Source('payment', text)
    readonly payments!: KStream<string, string>;
    @Filter('payments')
    isLarge(payment: string): boolean {
      return payment > this.limit;
    }
  }

  it('gives each of them members of its own', () => {
    @StreamTopology()
    class OneTopology extends Inputs {
      constructor() {
        super('1');
      }
      @Peek('isLarge')
      look(): void {}
    }
    @StreamTopology()
    class TwoTopology extends Inputs {
      constructor() {
        super('2');
      }
      @Peek('isLarge')
      look(): void {}
    }
    const description = decorated([OneTopology, TwoTopology]);
    for (const node of ['one-is-large', 'one-look', 'two-is-large', 'two-look']) expect(description).toContain(`Processor: ${node} `);
  });
});
