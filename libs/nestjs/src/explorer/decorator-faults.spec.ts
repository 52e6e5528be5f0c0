import { UseGuards } from '@nestjs/common';
import { serdes, session, type KStream, type KTable } from '@ouzel/streams';
import {
  Aggregate,
  Build,
  Count,
  DefaultBranch,
  Filter,
  ForEach,
  MapValues,
  Peek,
  Reduce,
  Source,
  StreamTopology,
  Table,
  of,
} from '../decorators/index.js';
import { faults } from './assembled.spec-support.js';
import { DecoratorError } from './declared-topology.js';

const text = { key: serdes.string, value: serdes.string };

describe('faults of decorators', () => {
  it('are all reported, each with class, member, what is wrong and what would fit', () => {
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
      'PaymentTopology.ordered (@Filter): upstream "orders" is not a member of PaymentTopology | There is: payments, unknown, behindAFault.',
    ]);
  });

  it('make one error with a line each', () => {
    const { message, code } = new DecoratorError([
      { topology: 'A', member: 'x', where: 'A.x (@Filter)', what: 'is wrong', help: 'Do right.' },
      { topology: 'A', member: undefined, where: 'A', what: 'is empty' },
    ]);
    expect(code).toBe('OUZEL_DECORATOR');
    expect(message).toBe('OUZEL_DECORATOR: 2 faults\n  - A.x (@Filter): is wrong. Do right.\n  - A: is empty');
  });

  it('tell a decorator on a member of the wrong kind', () => {
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
      "KindTopology.filtered (@Filter): is not a method | @Filter belongs on a method: it is the operator's function.",
      'KindTopology.counted (@Count): is a method | @Count has no function. Declare a property: readonly counted!: KStream<…> or KTable<…>.',
      'KindTopology.orders (@Source): has a value | A decorated property only declares its type: remove the initialiser.',
    ]);
  });

  it('tell two operators on one member, and names that are one in kebab-case', () => {
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

  it('tell names of nodes and stores that two members have, and name both', () => {
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

  it('tell topologies with one name, and one without members', () => {
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

  it('tell a circle, and who comes after an end', () => {
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

  it('tell an upstream of a class that is not provided', () => {
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

  it('tell options that are missing', () => {
    @StreamTopology()
    class OptionTopology {
      @Table('account', text)
      readonly accounts!: KTable<string, string>;
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      @Count('accounts')
      readonly ungrouped!: KTable<string, number>;
      @Reduce('accounts', { groupBy: (value, key) => [key, value] })
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
      @Source((config) => config.topic)
      readonly configured!: KStream<string, string>;
    }
    expect(faults(OptionTopology)).toEqual([
      'OptionTopology.ungrouped (@Count): a table is grouped without groupBy | Answer the new key and value: groupBy: (value, key) => [newKey, newValue].',
      'OptionTopology.withoutSubtract (@Reduce): a table is aggregated without subtract | Give the function that takes the former value of a row out again.',
      'OptionTopology.withoutMerge (@Aggregate): session windows are aggregated without merge | Give the function that makes one aggregate of two: merge: (left, right, key) => ….',
      'OptionTopology.rest (@DefaultBranch): there is no @Branch of its upstream | A default branch takes what branches do not want.',
      "OptionTopology.neverClosed (@Count): says when windows send results, and has no window | Leave emit out, or give a window: { window: tumbling('1m') }.",
      'OptionTopology.configured (@Source): asks for the config, and there is none | Give one: OuzelModule.forRoot({ config, … }).',
    ]);
  });

  it('tell guards and interceptors on an operator: they would not run', () => {
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
      'GuardedTopology.wanted (@Filter): @UseGuards has no effect here | Operators are called directly, once per record: write the check in the method.',
    ]);
  });

  it('tell a topology that is built asynchronously, or not at all', () => {
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

  it('tell what the DSL refuses', () => {
    @StreamTopology()
    class IllegalTopology {
      @Source('no such name!', text)
      readonly payments!: KStream<string, string>;
    }
    expect(faults(IllegalTopology)[0]).toMatch(/^IllegalTopology\.payments \(@Source\): .*no such name!/);
  });
});
