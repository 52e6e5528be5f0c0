import { UseGuards, UsePipes, ParseIntPipe } from '@nestjs/common';
import { serdes, type KStream, type KTable, type StreamRecord } from '@ouzel/streams';
import { OnDropped } from '../decorators/handlers.js';
import {
  Aggregate,
  AsyncMapValues,
  Filter,
  MapValues,
  On,
  Process,
  Processor,
  Punctuate,
  Retry,
  Source,
  StreamTopology,
  Table,
  Value,
} from '../decorators/index.js';
import { faults, faultsWith } from './assembled.spec-support.js';

const text = { key: serdes.string, value: serdes.string };
const once =
  'It works where a method is called once for each record, before anything else is done with it: @Filter, @Map, @MapValues, @Peek and their relatives. Put it on such a member before this one.';
const retryForm =
  'an object with attempts, at least 1, and, where they are given, backoff and maxBackoff, durations, jitter, from 0 to 1, and on, a function of the error';

class WithPayments {
  @Source('payment', text)
  readonly payments!: KStream<string, string>;
}

describe('faults of @Retry', () => {
  it('are its options, where it stands, and that it stands there twice', () => {
    const attempts = (made: number) => ({ attempts: made });
    @StreamTopology()
    class RetryTopology extends WithPayments {
      @Filter('payments')
      @Retry(attempts(0))
      never(): boolean {
        return true;
      }
      @Filter('payments')
      @Retry({ attempts: 2 })
      @Retry({ attempts: 3 })
      twice(): boolean {
        return true;
      }
      @AsyncMapValues('payments', { retry: { attempts: 2 } })
      @Retry({ attempts: 3 })
      async both(payment: string): Promise<string> {
        return Promise.resolve(payment);
      }
      @Aggregate('payments', { initial: () => 0, value: serdes.double })
      @Retry({ attempts: 3 })
      sum(total: number): number {
        return total;
      }
      @Process('payments')
      @Retry({ attempts: 3 })
      processed(_record: StreamRecord<string, string>): void {}
      @Retry({ attempts: 3 })
      helper(): void {}
      @Filter('payments')
      @Retry((config: { readonly retry: { readonly attempts: number } }) => config.retry)
      configured(): boolean {
        return true;
      }
    }
    expect(faultsWith({ retry: { attempts: 2 } }, RetryTopology)).toEqual([
      'RetryTopology.helper (@Retry): is on a method that is no operator | Decorate the method with @MapValues or another operator.',
      `RetryTopology.never (@Filter): @Retry must be ${retryForm}`,
      'RetryTopology.twice (@Filter): has two @Retry | Keep one.',
      'RetryTopology.both (@AsyncMapValues): has the option "retry", and @Retry too | Keep one.',
      `RetryTopology.sum (@Aggregate): @Retry does not work here | ${once}`,
      `RetryTopology.processed (@Process): @Retry does not work here | A processor may have forwarded or stored something before it failed. ${once}`,
    ]);
  });

  it('are that it stands on an operator of a table', () => {
    @StreamTopology()
    class TableTopology {
      @Table('limit', text)
      readonly limits!: KTable<string, string>;
      @MapValues('limits')
      @Retry({ attempts: 3 })
      high(limit: string): string {
        return limit;
      }
    }
    expect(faults(TableTopology)).toEqual([
      'TableTopology.high (@MapValues): works on a table, where neither @Retry nor a pipe works | Put it on a member that works on a stream.',
    ]);
  });
});

describe('faults of pipes', () => {
  it('are where they stand, and what is none', () => {
    @StreamTopology()
    class PipeTopology extends WithPayments {
      @Aggregate('payments', { initial: () => 0, value: serdes.double })
      @UsePipes(ParseIntPipe)
      sum(total: number): number {
        return total;
      }
      @Filter('payments')
      byKey(_payment: string, @Value(ParseIntPipe) key: string): boolean {
        return key !== '';
      }
      @Filter('payments')
      none(@Value({} as ParseIntPipe) payment: string): boolean {
        return payment !== '';
      }
      helper(@Value(ParseIntPipe) payment: number): number {
        return payment;
      }
    }
    expect(faults(PipeTopology)).toEqual([
      'PipeTopology.helper (@Value): is on a method that is no operator | Decorate the method with @MapValues or another operator.',
      `PipeTopology.sum (@Aggregate): a pipe does not work here | ${once}`,
      'PipeTopology.byKey (@Filter): @Value is on parameter 2 | The value of the record is the first parameter.',
      'PipeTopology.none (@Filter): has a pipe that is none | A pipe is a class with a method `transform`, or an instance of it.',
    ]);
  });

  it('are those on a class, as are other enhancers', () => {
    @StreamTopology()
    @UsePipes(ParseIntPipe)
    @UseGuards({ canActivate: () => true })
    class GuardedTopology extends WithPayments {}
    expect(faults(GuardedTopology)).toEqual([
      'GuardedTopology: @UseGuards has no effect on a topology | A record has no request that could be refused: take it out with @Filter.',
      'GuardedTopology: @UsePipes has no effect on a topology | Put it on the methods that need it.',
    ]);
  });
});

describe('faults of @Punctuate', () => {
  it('are its interval, its clock and its member, in topologies and in processors', () => {
    @Processor()
    class Batch {
      process(_record: StreamRecord<string, string>): void {}
      @Punctuate('soon' as '1s')
      never(): void {}
      @Punctuate('1s', { of: 'batches' })
      ofAnother(): void {}
      @OnDropped()
      dropped(): void {}
    }
    @StreamTopology()
    class ClockTopology extends WithPayments {
      @Process('payments')
      counted(_record: StreamRecord<string, string>): void {}
      @Process('payments', Batch)
      readonly batches!: KStream<string, string>;
      @Punctuate('1s')
      ofNone(): void {}
      @Punctuate('1s', { of: 'count' })
      misspelt(): void {}
      @Punctuate('1s', { of: 'counted', type: 'sun-time' as 'stream-time' })
      byTheSun(): void {}
      @Punctuate('1s', { of: 'counted' })
      static shared(): void {}
    }
    const interval = "a duration: milliseconds, or a text such as '500ms', '10s', '5m', '1h', '1d', of at least 1ms";
    expect(faults(ClockTopology)).toEqual([
      'ClockTopology.batches (@Process): @Punctuate of Batch.ofAnother has the option "of" | It belongs to topologies: leave it out.',
      'ClockTopology.batches (@Process): @OnDropped of Batch.dropped has no effect | Nest does not provide a processor: put it on a method of a topology, or of a provider.',
      "ClockTopology.ofNone (@Punctuate): does not say whose tasks call it | Name a member with @Process: @Punctuate('10s', { of: '…' }).",
      'ClockTopology.misspelt (@Punctuate): is of "count", which is no method with @Process or @ProcessValues | Did you mean "counted"?',
      'ClockTopology.shared (@Punctuate): is static | Methods belong to the instance that Nest makes: remove `static`.',
      expect.stringMatching(
        /^ClockTopology\.counted \(@Process\): type of @Punctuate of "byTheSun" must be one of 'wall-clock-time', 'stream-time'/,
      ),
    ]);
    @StreamTopology()
    class IntervalTopology extends WithPayments {
      @Process('payments')
      counted(_record: StreamRecord<string, string>): void {}
      @Punctuate('soon' as '1s', { of: 'counted' })
      never(): void {}
    }
    expect(faults(IntervalTopology)).toEqual([
      `IntervalTopology.counted (@Process): the interval of @Punctuate of "never" must be ${interval}`,
    ]);
  });
});

describe('faults of @On', () => {
  it('are that it names no event, no stream, or that event types are nowhere', () => {
    @StreamTopology({ eventType: { header: '' } })
    class EventTopology extends WithPayments {
      @On('')
      readonly nameless!: KStream<string, string>;
      @On('Paid', { from: 'payment' as 'payments' })
      readonly misspelt!: KStream<string, string>;
    }
    const eventType = "an object with the name of a header, { header: 'event-type' }, or of a field of the value";
    expect(faults(EventTopology)).toEqual([
      'EventTopology.nameless (@On): event must be the name of a type of event',
      'EventTopology.misspelt (@On): upstream "payment" is not a member of EventTopology. Did you mean "payments"?'.replace(
        '. Did',
        ' | Did',
      ),
      `EventTopology: eventType must be ${eventType}`,
    ]);
  });

  it('are that there are several sources, and it names none', () => {
    @StreamTopology()
    class TwoTopology extends WithPayments {
      @Source('other', text)
      readonly others!: KStream<string, string>;
      @On('Paid')
      readonly paid!: KStream<string, string>;
    }
    expect(faults(TwoTopology)).toEqual([
      "TwoTopology.paid (@On): names no stream, and its class has 2 sources | Name one: @On('OrderPlaced', { from: 'events' }).",
    ]);
  });
});
