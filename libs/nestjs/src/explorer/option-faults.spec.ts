import { serdes, Stores, tumbling, untilWindowCloses, within, type KStream, type KTable, type Windowed } from '@ouzel/streams';
import {
  Aggregate,
  AsyncMapValues,
  Cogroup,
  Count,
  Filter,
  ForEach,
  Join,
  MapValues,
  Process,
  Reduce,
  Repartition,
  Source,
  StreamTopology,
  Table,
  To,
} from '../decorators/index.js';
import { faults, faultsWith } from './assembled.spec-support.js';
import { Inputs, text } from './inputs.spec-support.js';

describe('faults of options', () => {
  it('name an option that does not exist, and the one that was probably meant', () => {
    @StreamTopology()
    class TypoTopology extends Inputs {
      // @ts-expect-error There is no such option.
      @Source('payment', { ofsetReset: 'latest' })
      readonly again!: KStream<string, string>;
      // @ts-expect-error There is no such option.
      @Count('payments', { stor: 'totals' })
      readonly counts!: KTable<string, number>;
      // @ts-expect-error The options are flattened.
      @Filter('payments', { materialized: { store: 'kept' } })
      kept(): boolean {
        return true;
      }
      // @ts-expect-error Nothing comes after it.
      @ForEach('payments', { to: 'copy' })
      end(): void {}
    }
    expect(faults(TypoTopology)).toEqual([
      'TypoTopology.again (@Source): has no option "ofsetReset" | Did you mean "offsetReset"?',
      'TypoTopology.counts (@Count): has no option "stor" | Did you mean "store"?',
      'TypoTopology.kept (@Filter): has no option "materialized" | There are key, value, to, store, caching, logging, retention, ttl, type, suppress.',
      'TypoTopology.end (@ForEach): has no option "to" | It takes no options.',
    ]);
  });

  it('name an option that is needed, once where it is only misspelt', () => {
    @StreamTopology()
    class NeedTopology extends Inputs {
      // @ts-expect-error An aggregate begins somewhere.
      @Aggregate('payments')
      totals(): number {
        return 0;
      }
      // @ts-expect-error A fold says what it is folded into.
      @Cogroup('payments', { int: 'all' })
      fold(): string {
        return '';
      }
      @Cogroup({ initial: () => '' })
      readonly all!: KTable<string, string>;
    }
    expect(faults(NeedTopology)).toEqual([
      'NeedTopology.totals (@Aggregate): needs the option "initial" | It must be a function.',
      'NeedTopology.fold (@Cogroup): has no option "int" | Did you mean "into"?',
      "NeedTopology.all (@Cogroup): nothing is folded into it | Fold at least one stream: @Cogroup('…', { into: '…' }) on a method (aggregate, value) => ….",
    ]);
  });

  it('say what each wrong value must be, also behind a member that is wrong', () => {
    const duration = "a duration: milliseconds, or a text such as '500ms', '10s', '5m', '1h', '1d'";
    @StreamTopology()
    class ValueTopology extends Inputs {
      // @ts-expect-error That is no duration.
      @AsyncMapValues('payments', { timeout: '5 minutes', concurrency: 0 })
      async looked(payment: string): Promise<string> {
        return payment;
      }
      // @ts-expect-error That is no window.
      @Count('looked', { window: '1m' })
      readonly perMinute!: KTable<string, number>;
      // @ts-expect-error That is a window of a join.
      @Count('payments', { window: within('1m') })
      readonly perPair!: KTable<string, number>;
      // @ts-expect-error That is a window of an aggregate.
      @Join('payments', 'orders', { window: tumbling('1m') })
      joined(): string {
        return '';
      }
      // @ts-expect-error A serde is called.
      @MapValues('payments', { value: serdes.json })
      mapped(): string {
        return '';
      }
      // @ts-expect-error A number of partitions is at least 1, and a number.
      @Repartition('payments', { partitions: 'four' })
      readonly spread!: KStream<string, string>;
      // @ts-expect-error That is no function.
      @Reduce('payments', { groupBy: 'userId' })
      reduced(): string {
        return '';
      }
    }
    expect(faults(ValueTopology)).toEqual([
      `ValueTopology.looked (@AsyncMapValues): timeout must be ${duration}, of at least 1ms`,
      'ValueTopology.looked (@AsyncMapValues): concurrency must be a whole number of at least 1',
      'ValueTopology.perMinute (@Count): window must be a window, made by tumbling, hopping, sliding, session or unlimited',
      'ValueTopology.perPair (@Count): window must be a window, made by tumbling, hopping, sliding, session or unlimited',
      "ValueTopology.joined (@Join): window must be a join window, such as within('5m')",
      'ValueTopology.mapped (@MapValues): value must be a serde | Call it: serdes.json()',
      'ValueTopology.spread (@Repartition): partitions must be a whole number of at least 1',
      'ValueTopology.reduced (@Reduce): groupBy must be a function',
    ]);
  });

  it('say what a topic must be', () => {
    @StreamTopology()
    class TopicTopology {
      // @ts-expect-error A source has a topic.
      @Source(undefined, text)
      readonly none!: KStream<string, string>;
      @Source([], text)
      readonly empty!: KStream<string, string>;
      // @ts-expect-error A table has one topic.
      @Table(/account/, text)
      readonly accounts!: KTable<string, string>;
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      @To('payments', '')
      readonly nowhere!: void;
    }
    expect(faults(TopicTopology)).toEqual([
      'TopicTopology.none (@Source): needs a topic | It must be the name of a topic, a list of names, or a RegExp.',
      'TopicTopology.empty (@Source): the topic must be the name of a topic, a list of names, or a RegExp',
      'TopicTopology.accounts (@Table): the topic must be the name of a topic',
      'TopicTopology.nowhere (@To): the topic must be the name of a topic',
    ]);
  });

  it('say what the config lacks, and what can not be made of it', () => {
    interface Config {
      readonly topics: { readonly payment: string };
      readonly size: `${number}m`;
    }
    @StreamTopology()
    class ConfigTopology extends Inputs {
      @Source((config: Config) => config.topics.payment, text)
      readonly configured!: KStream<string, string>;
      @Filter('payments', { to: (config: { readonly copy: string }) => config.copy })
      copied(): boolean {
        return true;
      }
      @Count('payments', { window: (config: Config) => tumbling(config.size) })
      readonly counts!: KTable<Windowed<string>, number>;
    }
    const see = 'See the config option of OuzelModule.';
    const [configured, copied, counts] = faultsWith({ size: '1 minute' }, ConfigTopology);
    expect(configured).toMatch(
      /^ConfigTopology\.configured \(@Source\): the topic can not be taken from the config: Cannot read properties of undefined .*'payment'/,
    );
    expect(copied).toMatch(/^ConfigTopology\.copied \(@Filter\): to is not in the config: .*config\.copy returns undefined/);
    expect([configured!.endsWith(see), copied!.endsWith(see)]).toEqual([true, true]);
    expect(counts).toBe(
      `ConfigTopology.counts (@Count): window can not be made of the config: "1 minute" is not a duration | Write milliseconds as a number, or '500ms', '10s', '5m', '1h', '1d'.`,
    );
  });

  it('name options that have no effect', () => {
    @StreamTopology()
    class EffectTopology extends Inputs {
      @Filter('payments', { caching: true, suppress: untilWindowCloses() })
      ofStream(): boolean {
        return true;
      }
      @Filter('accounts', { caching: false })
      withoutStore(): boolean {
        return true;
      }
      @Count('payments', { suppress: untilWindowCloses() })
      readonly neverClosed!: KTable<string, number>;
      @Reduce('payments', { subtract: (all: string) => all })
      ofStreamToo(all: string): string {
        return all;
      }
    }
    expect(faults(EffectTopology)).toEqual([
      'EffectTopology.ofStream (@Filter): works on a stream, where caching and suppress have no effect | Leave out what belongs to tables, or begin with one.',
      "EffectTopology.withoutStore (@Filter): has no store, so that caching has no effect | Name the store: { store: '…' }.",
      "EffectTopology.neverClosed (@Count): holds results back until windows close, and has no window | Suppress with untilTimeLimit, or give a window: { window: tumbling('1m') }.",
      'EffectTopology.ofStreamToo (@Reduce): has subtract, which only tables need | Leave it out: a stream has no former values.',
    ]);
  });

  it('say what a list of stores must hold', () => {
    const supplier = Stores.persistentKeyValueStore('seen');
    const makeBuilder = 'Make a builder of the supplier: Stores.keyValueStoreBuilder(supplier, keySerde, valueSerde)';
    // @ts-expect-error A topology brings builders along.
    @StreamTopology({ stores: [supplier] })
    class StoreTopology extends Inputs {
      // @ts-expect-error A list is a list.
      @Process('payments', { stores: 'seen' })
      text(): void {}
      // @ts-expect-error A supplier is not a builder.
      @Process('payments', { stores: [supplier] })
      supplier(): void {}
    }
    expect(faults(StoreTopology)).toEqual([
      'StoreTopology.text (@Process): stores must be a list of names of stores, and of builders made by Stores',
      `StoreTopology.supplier (@Process): stores must be a list of names of stores, and of builders made by Stores | ${makeBuilder}`,
      `StoreTopology: stores must be a list of builders made by Stores | ${makeBuilder}`,
    ]);
  });

  it('report options of a topology that do not exist, and a name that no topic can have', () => {
    // @ts-expect-error There is no such option.
    @StreamTopology({ nme: 'x' })
    class TypoTopology extends Inputs {}
    @StreamTopology({ name: 'Größe!' })
    class NamedTopology extends Inputs {}
    expect(faults(TypoTopology, NamedTopology)).toEqual([
      "NamedTopology: is named \"Größe!\", with which no topic can be named | Use the characters a-z, A-Z, 0-9, '.', '_', '-': @StreamTopology({ name: '…' }).",
      'TypoTopology: has no option "nme" | Did you mean "name"?',
    ]);
  });
});
