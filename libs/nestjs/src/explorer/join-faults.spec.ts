import { serdes, session, Stores, StreamRecord, within, type KStream, type KTable, type Windowed } from '@ouzel/streams';
import {
  Cogroup,
  Count,
  Filter,
  Join,
  LeftJoin,
  OuterJoin,
  Peek,
  Process,
  Processor,
  Source,
  StreamTopology,
  ToTable,
} from '../decorators/index.js';
import { assembled, faults } from './assembled.spec-support.js';
import { Inputs, text } from './inputs.spec-support.js';

const seen = () => Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('seen'), serdes.string, serdes.long);

describe('faults of joins', () => {
  it('report pairs that can not be joined, each with what would fit', () => {
    @StreamTopology()
    class PairTopology extends Inputs {
      // @ts-expect-error A table stands on the right.
      @Join('accounts', 'payments')
      tableFirst(): void {}
      // @ts-expect-error A global table stands on the right.
      @Join('rates', 'payments', { on: () => '' })
      globalFirst(): void {}
      // @ts-expect-error Only streams are joined with a global table.
      @LeftJoin('accounts', 'rates', { on: () => '' })
      tableWithGlobal(): void {}
      // @ts-expect-error There is no such outer join.
      @OuterJoin('payments', 'accounts')
      outerTable(): void {}
      // @ts-expect-error There is no such outer join.
      @OuterJoin('payments', 'rates', { on: () => '' })
      outerGlobal(): void {}
      // @ts-expect-error There is no such outer join.
      @OuterJoin('accounts', 'accounts', { foreignKey: () => '' })
      outerForeign(): void {}
    }
    expect(faults(PairTopology)).toEqual([
      'PairTopology.tableFirst (@Join): joins a table with a stream | Put the stream first, the table second.',
      'PairTopology.globalFirst (@Join): begins with a global table | Put the stream first, the global table second.',
      'PairTopology.tableWithGlobal (@LeftJoin): joins a table with a global table | A global table is joined with streams: put the changes of the table first (@Peek makes a stream of them), or read its topic with @Table.',
      'PairTopology.outerTable (@OuterJoin): there is no outer join of a stream with a table | @LeftJoin keeps what is on the left and finds nothing.',
      'PairTopology.outerGlobal (@OuterJoin): there is no outer join of a stream with a global table | @LeftJoin keeps what is on the left and finds nothing.',
      'PairTopology.outerForeign (@OuterJoin): there is no outer join of two tables by foreign key | @LeftJoin keeps what is on the left and finds nothing.',
    ]);
  });

  it('report options that a pair lacks, and options that have no effect', () => {
    const window = within('5m');
    @StreamTopology()
    class OptionTopology extends Inputs {
      // @ts-expect-error Two streams are joined in a window.
      @Join('payments', 'orders')
      noWindow(): void {}
      // @ts-expect-error A global table needs `on`.
      @Join('payments', 'rates')
      noOn(): void {}
      // @ts-expect-error There is no window with a table.
      @Join('payments', 'accounts', { window })
      windowWithTable(): void {}
      @Join('payments', 'accounts', { store: 'joined', caching: false })
      storeOfStream(): string {
        return '';
      }
      @Join('accounts', 'accounts', { grace: '1m' })
      graceOfTables(): string {
        return '';
      }
    }
    expect(faults(OptionTopology)).toEqual([
      "OptionTopology.noWindow (@Join): joins two streams without window | Say how far records may lie apart: { window: within('5m') }.",
      'OptionTopology.noOn (@Join): joins a stream with a global table without on | Say which row belongs to a record: { on: (value, key) => key of the global table }.',
      'OptionTopology.windowWithTable (@Join): joins a stream with a table, where window has no effect | There are left, right, grace, key, value, to.',
      'OptionTopology.storeOfStream (@Join): joins a stream with a table, where store and caching have no effect | There are left, right, grace, key, value, to.',
      'OptionTopology.graceOfTables (@Join): joins two tables, where grace has no effect | There are store, caching, logging, retention, ttl, type, suppress, key, value, to.',
    ]);
  });

  it('report an operator after a global table that is no join', () => {
    @StreamTopology()
    class AfterTopology extends Inputs {
      // @ts-expect-error No record comes from a global table.
      @Filter('rates')
      high(): boolean {
        return true;
      }
    }
    expect(faults(AfterTopology)).toEqual([
      'AfterTopology.high (@Filter): no record comes from AfterTopology.rates (@GlobalTable) | A global table is looked up: join a stream with it, inject its store, or read its topic with @Table.',
    ]);
  });
});

describe('faults of cogroups', () => {
  it('report folds without a table, tables without a fold, and members after a fold', () => {
    @StreamTopology()
    class FoldTopology extends Inputs {
      @Cogroup({ initial: () => '' })
      readonly customers!: KTable<string, string>;
      // @ts-expect-error There is no such table.
      @Cogroup('payments', { into: 'customer' })
      paid(): string {
        return '';
      }
      @Cogroup({ initial: () => '', window: session('1m') })
      readonly visits!: KTable<Windowed<string>, string>;
      @Cogroup('orders', { into: 'visits' })
      ordered(): string {
        return '';
      }
      @Peek('ordered')
      look(): void {}
    }
    expect(faults(FoldTopology)).toEqual([
      'FoldTopology.paid (@Cogroup): folds into "customer", which is no table with @Cogroup | Did you mean "customers"?',
      "FoldTopology.customers (@Cogroup): nothing is folded into it | Fold at least one stream: @Cogroup('…', { into: '…' }) on a method (aggregate, value) => ….",
      'FoldTopology.visits (@Cogroup): session windows are aggregated without merge | Give the function that makes one aggregate of two: merge: (left, right, key) => ….',
      'FoldTopology.look (@Peek): nothing comes after FoldTopology.ordered (@Cogroup) | Take the table that it is folded into: "visits".',
    ]);
  });

  it('report a circle through the table', () => {
    @StreamTopology()
    class CircleTopology {
      @Cogroup({ initial: () => '' })
      readonly all!: KTable<string, string>;
      @Cogroup('changes', { into: 'all' })
      one(): string {
        return '';
      }
      @Peek('all')
      changes(): void {}
    }
    expect(faults(CircleTopology)).toEqual([
      'CircleTopology.changes (@Peek): comes after itself: CircleTopology.all <- CircleTopology.one <- CircleTopology.changes <- CircleTopology.all | A topology has no circles; write to a topic and read it again if you mean one.',
    ]);
  });
});

describe('faults of processors', () => {
  it('report stores that do not exist, and stores that exist twice', () => {
    @StreamTopology({ stores: [seen()] })
    class StoreTopology extends Inputs {
      @Process('payments', { stores: ['sen'] })
      misspelt(): void {}
      @Process('payments', { stores: [seen()] })
      twice(): void {}
      @Process('payments', { stores: ['nothing like it'] })
      unknown(): void {}
      @Count('payments', { store: 'seen' })
      readonly counts!: KTable<string, number>;
    }
    expect(faults(StoreTopology)).toEqual([
      'StoreTopology.misspelt (@Process): uses store "sen", which does not exist | Did you mean "seen"?',
      `StoreTopology.twice (@Process): its store "seen" is also that of StoreTopology | Name one of them: { store: '…' }.`,
      'StoreTopology.unknown (@Process): uses store "nothing like it", which does not exist | Make it, or bring it along: @StreamTopology({ stores: [Stores.…] }).',
      `StoreTopology.counts (@Count): its store "seen" is also that of StoreTopology | Name one of them: { store: '…' }.`,
    ]);
  });

  it('report a processor that uses the store of a member behind it', () => {
    @StreamTopology()
    class BackTopology extends Inputs {
      @Process('payments', { stores: ['last'], ...text })
      processed(): void {}
      @ToTable('processed', text)
      readonly last!: KTable<string, string>;
    }
    expect(faults(BackTopology)).toEqual([
      'BackTopology.last (@ToTable): comes after itself: BackTopology.processed <- BackTopology.last <- BackTopology.processed | A topology has no circles; write to a topic and read it again if you mean one.',
    ]);
  });

  it('report a class without @Processor, and topologies whose stores have one name', () => {
    class Plain {
      process(_record: StreamRecord<string, string>): void {}
    }
    @StreamTopology({ stores: [seen()] })
    class ATopology extends Inputs {
      @Process('payments', Plain)
      readonly plain!: KStream<string, string>;
    }
    @StreamTopology({ stores: [seen()] })
    class BTopology {
      @Source('event', text)
      readonly events!: KStream<string, string>;
    }
    expect(faults(ATopology, BTopology)).toEqual([
      'ATopology.plain (@Process): Plain is no processor | Decorate the class with @Processor().',
      `BTopology: its store "seen" is also that of ATopology | Name one of them: { store: '…' }.`,
    ]);
  });

  it('report a processor that Nest can not make, with the reason', async () => {
    @Processor()
    class Broken {
      constructor() {
        throw new Error('no rates');
      }
      process(_record: StreamRecord<string, string>): void {}
    }
    @StreamTopology()
    class BrokenTopology extends Inputs {
      @Process('payments', Broken)
      readonly broken!: KStream<string, string>;
    }
    const { assembly } = assembled([BrokenTopology]);
    await assembly.prepareProcessors();
    expect(assembly.faults).toEqual([
      expect.objectContaining({
        where: 'BrokenTopology.broken (@Process)',
        what: 'its processor Broken can not be made: no rates',
        help: 'Provide what it needs in the module of BrokenTopology. A stream has no requests, so all of it must be singletons.',
      }),
    ]);
  });
});
