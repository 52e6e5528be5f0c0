import { serdes, Stores, tumbling, within, type KStream, type KTable, type StreamsBuilder, type Windowed } from '@ouzel/streams';
import { Aggregate, Build, Count, Filter, Join, Map, MapValues, Source, StreamTopology, Table, To } from '../decorators/index.js';
import { clientFaults } from './assembled.spec-support.js';
import { Inputs, text } from './inputs.spec-support.js';

const keys = (decorator: string) => `Give it to ${decorator}: { key: serdes.string }, or set defaultKeySerde`;
const values = (decorator: string) => `Give it to ${decorator}: { value: serdes.json() }, or set defaultValueSerde`;

describe('a missing serde', () => {
  it('is asked of the member that makes the keys and values, and not of the member that needs them', () => {
    @StreamTopology()
    class UpstreamTopology extends Inputs {
      @Map('payments')
      mapped(payment: string, key: string): [string, number] {
        return [key, payment.length];
      }
      @Filter('mapped')
      large(): boolean {
        return true;
      }
      @Count('large')
      readonly counts!: KTable<string, number>;
      @To('large', 'copy')
      readonly copied!: void;
    }
    expect(clientFaults(UpstreamTopology)).toEqual([
      `UpstreamTopology.mapped (@Map): there is no serde for its keys, which UpstreamTopology.counts (@Count) and UpstreamTopology.copied (@To) need | ${keys('@Map')}`,
      `UpstreamTopology.mapped (@Map): there is no serde for its values, which UpstreamTopology.counts (@Count) and UpstreamTopology.copied (@To) need | ${values('@Map')}`,
    ]);
  });

  it('is asked of the member itself for what it makes', () => {
    @StreamTopology()
    class OwnTopology extends Inputs {
      @Source('raw')
      readonly raw!: KStream<string, string>;
      @Filter('raw', { to: 'copy' })
      copied(): boolean {
        return true;
      }
      @MapValues('payments', { to: 'length' })
      length(payment: string): number {
        return payment.length;
      }
      @Aggregate('payments', { groupBy: (payment: string) => payment, initial: () => 0 })
      totals(total: number): number {
        return total;
      }
    }
    expect(clientFaults(OwnTopology)).toEqual([
      `OwnTopology.raw (@Source): there is no serde for its keys | ${keys('@Source')}`,
      `OwnTopology.raw (@Source): there is no serde for its values | ${values('@Source')}`,
      `OwnTopology.length (@MapValues): there is no serde for its values | ${values('@MapValues')}`,
      `OwnTopology.totals (@Aggregate): there is no serde for its keys | ${keys('@Aggregate')}`,
      `OwnTopology.totals (@Aggregate): there is no serde for its values | ${values('@Aggregate')}`,
    ]);
  });

  it('is asked of the side of a join that lacks it', () => {
    @StreamTopology()
    class SideTopology extends Inputs {
      @MapValues('payments')
      amount(payment: string): number {
        return payment.length;
      }
      @Join('orders', 'amount', { window: within('5m') })
      joined(order: string): string {
        return order;
      }
    }
    expect(clientFaults(SideTopology)).toEqual([
      `SideTopology.amount (@MapValues): there is no serde for its values, which SideTopology.joined (@Join) needs | ${values('@MapValues')}`,
    ]);
  });

  it('is asked of the table that is regrouped', () => {
    @StreamTopology()
    class RegroupedTopology {
      @Table('account', { key: serdes.string, value: serdes.string })
      readonly accounts!: KTable<string, string>;
      @MapValues('accounts')
      length(account: string): number {
        return account.length;
      }
      @Count('length', { groupBy: (length: number, key: string) => [key, length], key: serdes.string })
      readonly perLength!: KTable<string, number>;
    }
    expect(clientFaults(RegroupedTopology)).toEqual([
      `RegroupedTopology.length (@MapValues): there is no serde for its values, which RegroupedTopology.perLength (@Count) needs | ${values('@MapValues')}`,
    ]);
  });

  it('is not asked of counts, whose values are always numbers', () => {
    @StreamTopology()
    class CountTopology extends Inputs {
      @Count('payments', { window: tumbling('1m') })
      readonly perMinute!: KTable<Windowed<string>, number>;
      @Count('perMinute', { groupBy: (count: number, { key }: Windowed<string>) => [key, count], key: serdes.string })
      readonly minutes!: KTable<string, number>;
    }
    expect(clientFaults(CountTopology)).toEqual([]);
  });

  it('is asked of the DSL call in a @Build method', () => {
    @StreamTopology()
    class BuildTopology {
      @Build()
      raw(builder: StreamsBuilder) {
        return builder.stream('payment', text).mapValues((payment) => payment.length);
      }
      @To('raw', 'copy')
      readonly copied!: void;
    }
    expect(clientFaults(BuildTopology)).toEqual([
      'BuildTopology.raw (@Build): there is no serde for its values, which BuildTopology.copied (@To) needs | Give it in the DSL call that makes the stream, or set defaultValueSerde',
    ]);
  });
});

describe('a topic that two members read in ways that do not go together', () => {
  it('is a fault that names both', () => {
    @StreamTopology()
    class TwiceTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      @Table('payment', text)
      readonly last!: KTable<string, string>;
    }
    expect(clientFaults(TwiceTopology)).toEqual([
      'TwiceTopology.last (@Table), TwiceTopology.payments (@Source): topic "payment" is read by source "twice-payments" already | Read it once and use the stream or table twice.',
    ]);
  });

  it('is a fault too where they begin at different offsets', () => {
    @StreamTopology()
    class OffsetTopology {
      @Source('payment', text)
      readonly payments!: KStream<string, string>;
      @Source('payment', { ...text, offsetReset: 'latest' })
      readonly newOnes!: KStream<string, string>;
    }
    expect(clientFaults(OffsetTopology)).toEqual([
      'OffsetTopology.payments (@Source), OffsetTopology.newOnes (@Source): both read topic "payment", with different offsetReset',
    ]);
  });
});

describe('a name that a @Build method takes from a member', () => {
  it('is a fault of that member', () => {
    @StreamTopology()
    class TakenTopology {
      @Table('account', { key: serdes.string, value: serdes.string })
      readonly accounts!: KTable<string, string>;
      @Build()
      other(builder: StreamsBuilder): void {
        builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('accounts'), serdes.string, serdes.string));
      }
    }
    expect(clientFaults(TakenTopology)).toEqual([
      'TakenTopology.accounts (@Table): there is a state store "accounts" already | Give each its own name.',
    ]);
  });
});
