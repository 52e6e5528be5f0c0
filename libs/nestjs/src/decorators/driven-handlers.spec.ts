import {
  Controller,
  Injectable,
  Module,
  ParseIntPipe,
  Scope,
  UsePipes,
  ValidationPipe,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  embedded,
  Headers,
  serdes,
  silentLogger,
  Stores,
  StreamRecord,
  type DroppedRecord,
  type ErrorContext,
  type KeyValueStore,
  type KStream,
  type Logger,
  type ProcessorContext,
} from '@ouzel/streams';
import { createDrivenApplication, type DrivenApplication } from '@ouzel/testing/nestjs';
import { IsNumber } from 'class-validator';
import { DecoratorError, OuzelModule, type OuzelModuleOptions } from '../index.js';
import { OnDeserializationError, OnDropped, OnProcessingError } from './handlers.js';
import {
  AsyncMapValues,
  Filter,
  MapHeaders,
  MapValues,
  On,
  Process,
  Processor,
  Punctuate,
  Retry,
  Source,
  StreamTopology,
  Value,
} from './index.js';

const text = { key: serdes.string, value: serdes.string };
const store = (name: string) => Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), serdes.string, serdes.string);

let running: DrivenApplication | undefined;
afterEach(async () => {
  await running?.app.close();
  running = undefined;
});

async function boot(providers: Type<object>[], options: Partial<OuzelModuleOptions> = {}, controllers: Type<object>[] = []) {
  @Module({
    imports: [OuzelModule.forRoot({ applicationId: 'app', kafka: embedded(), logger: silentLogger, ...options })],
    providers,
    controllers,
  })
  class AppModule {}
  running = await createDrivenApplication(Test.createTestingModule({ imports: [AppModule] }));
  const { driver } = running;
  return {
    driver,
    input: driver.createInputTopic('in', serdes.string, serdes.string),
    read: (topic = 'out') => driver.createOutputTopic(topic, serdes.string, serdes.string).readTimeline(),
  };
}

async function faultsOf(providers: Type<object>[], options: Partial<OuzelModuleOptions> = {}): Promise<string[]> {
  try {
    await boot(providers, options);
  } catch (thrown) {
    if (thrown instanceof DecoratorError) return thrown.faults.map(({ where, what }) => `${where}: ${what}`);
    throw thrown;
  }
  return [];
}

describe('@Punctuate', () => {
  @Processor({ stores: [store('pending')] })
  class Batch {
    private pending!: KeyValueStore<string, string>;
    async init(context: ProcessorContext<string, string>): Promise<void> {
      await Promise.resolve();
      this.pending = context.getStateStore('pending');
    }
    process({ key, value }: StreamRecord<string, string>): void {
      this.pending.put(key, (this.pending.get(key) ?? '') + value);
    }
    @Punctuate('10s')
    async flush(at: number, context: ProcessorContext<string, string>): Promise<void> {
      for await (const [key, value] of this.pending.all()) {
        this.pending.delete(key);
        await context.forward(new StreamRecord(key, value, at));
      }
    }
  }

  it('calls a method of a processor at intervals, behind its own init', async () => {
    @StreamTopology()
    class BatchTopology {
      @Source('in', text)
      readonly payments!: KStream<string, string>;
      @Process('payments', Batch, { ...text, to: 'out' })
      readonly batches!: KStream<string, string>;
    }
    const { driver, input, read } = await boot([BatchTopology]);
    await input.pipeKeyValue('ann', 'a', 0);
    await input.pipeKeyValue('ann', 'b', 1);
    expect(read()).toBe('');
    await driver.advanceWallClock('10s');
    expect(read()).toBe('ann@10s=ab');
  });

  it('calls a method of a topology for the tasks of a member with @Process, by the time of the records', async () => {
    @StreamTopology({ stores: [store('last')] })
    class LastTopology {
      @Source('in', text)
      readonly payments!: KStream<string, string>;
      @Process('payments', { stores: ['last'], ...text, to: 'out' })
      last({ key, value }: StreamRecord<string, string>, context: ProcessorContext<string, string>): void {
        context.getStateStore<KeyValueStore<string, string>>('last').put(key, value);
      }
      @Punctuate((config: { readonly every: '1m' }) => config.every, { of: 'last', type: 'stream-time' })
      async report(at: number, context: ProcessorContext<string, string>): Promise<void> {
        for await (const [key, value] of context.getStateStore<KeyValueStore<string, string>>('last').all())
          await context.forward(new StreamRecord(key, value, at));
      }
    }
    const { input, read } = await boot([LastTopology], { config: { every: '1m' } });
    await input.pipeKeyValue('ann', 'a', 0);
    await input.pipeKeyValue('bob', 'b', 60_000);
    expect(read()).toBe('ann@0=a ann@1m=a bob@1m=b');
  });
});

describe('@On', () => {
  type OrderEvent = { readonly type: 'Placed'; readonly id: string } | { readonly type: 'Paid'; readonly amount: number };
  type Placed = Extract<OrderEvent, { type: 'Placed' }>;
  type Paid = Extract<OrderEvent, { type: 'Paid' }>;

  @StreamTopology()
  class OrderTopology {
    @Source('in', { key: serdes.string, value: serdes.json<OrderEvent>(), eventType: { field: 'type' } })
    readonly events!: KStream<string, OrderEvent>;
    @On('Placed', { from: 'events', value: serdes.string, to: 'out' })
    placed({ id }: Placed, key: string): string {
      return `${key} placed ${id}`;
    }
    @On('Paid', { from: 'events' })
    readonly paid!: KStream<string, Paid>;
    @MapValues('paid', { value: serdes.string, to: 'out' })
    amount({ amount }: Paid): string {
      return `paid ${amount}`;
    }
  }

  it('gives each method and stream its type of event, and counts the others', async () => {
    const dropped: DroppedRecord[] = [];
    const { input, read } = await boot([OrderTopology], { onDropped: (record) => void dropped.push(record) });
    for (const event of ['{"type":"Placed","id":"7"}', '{"type":"Shipped"}', '{"type":"Paid","amount":5}', '{}'])
      await input.pipeKeyValue('ann', event, 1);
    expect(read()).toBe('ann@1="ann placed 7" ann@1="paid 5"');
    expect(dropped.map(({ reason, node, offset }) => `${reason} by ${node}: ${offset}`)).toEqual([
      'unrouted by order-events-route: 1',
      'unrouted by order-events-route: 3',
    ]);
  });

  it('finds the type in the header that the topology names', async () => {
    @StreamTopology({ eventType: { header: 'kind' } })
    class KindTopology {
      @Source('in', text)
      readonly events!: KStream<string, string>;
      @MapHeaders('events')
      marked(value: string): Headers {
        return Headers.of([['kind', value]]);
      }
      @On('a', { from: 'marked', value: serdes.string, to: 'out' })
      a(value: string): string {
        return `${value}!`;
      }
    }
    const { input, read } = await boot([KindTopology]);
    await input.pipeKeyValue('k', 'a', 1);
    await input.pipeKeyValue('k', 'b', 1);
    expect(read()).toBe('k@1=a!');
  });
});

describe('@Retry', () => {
  it('calls methods again, and the processing handler decides after the last attempt', async () => {
    const calls: string[] = [];
    const refused: string[] = [];
    @StreamTopology()
    class FlakyTopology {
      @Source('in', text)
      readonly values!: KStream<string, string>;
      @MapValues('values', { value: serdes.string })
      @Retry({ attempts: 3, backoff: '1h' })
      checked(value: string): string {
        calls.push(value);
        if (calls.filter((call) => call === value).length < Number(value)) throw new Error('refused');
        return value;
      }
      @AsyncMapValues('checked', { value: serdes.string, to: 'out' })
      @Retry({ attempts: 2, backoff: '1h' })
      async scored(value: string): Promise<string> {
        calls.push(`score ${value}`);
        if (calls.filter((call) => call === 'score 2').length === 1) throw new Error('not yet');
        return Promise.resolve(`${value}!`);
      }
      @OnProcessingError()
      decide(error: Error, _record: StreamRecord<unknown, unknown> | null, { attempts }: ErrorContext): 'continue' {
        refused.push(`${error.message} after ${attempts}`);
        return 'continue';
      }
    }
    const { input, read } = await boot([FlakyTopology]);
    for (const value of ['1', '9', '2']) await input.pipeKeyValue('k', value, 1);
    expect(read()).toBe('k@1=1! k@1=2!');
    expect(refused).toEqual(['refused after 3']);
  });
});

describe('pipes', () => {
  class Payment {
    @IsNumber()
    amount!: number;
  }
  @Injectable()
  class Doubling implements PipeTransform<number, number> {
    transform(value: number): number {
      return value * 2;
    }
  }

  @StreamTopology()
  class PipedTopology {
    @Source('in', text)
    readonly texts!: KStream<string, string>;
    @Source('json', { key: serdes.string, value: serdes.json<Payment>() })
    readonly payments!: KStream<string, Payment>;

    @Filter('texts', { to: 'large' })
    @UsePipes(ParseIntPipe, Doubling)
    large(@Value() amount: unknown): boolean {
      return (amount as number) > 10;
    }
    @AsyncMapValues('texts', { value: serdes.string, to: 'async' })
    @UsePipes(ParseIntPipe)
    async later(amount: unknown): Promise<string> {
      return Promise.resolve(typeof amount);
    }
    @Process('texts', { ...text, to: 'processed' })
    @UsePipes(new ParseIntPipe())
    processed(record: StreamRecord<string, unknown>, context: ProcessorContext<string, string>): void | Promise<void> {
      return context.forward(record.withValue(typeof record.value));
    }
    @MapValues('payments', { value: serdes.string, to: 'valid' })
    valid(@Value(new ValidationPipe({ transform: true })) payment: Payment): string {
      return payment instanceof Payment ? `pays ${payment.amount}` : 'no class';
    }
  }

  it('transform the value before the method is called; what goes on is as before', async () => {
    const { input, read, driver } = await boot([PipedTopology], { processingHandler: 'continue' });
    await input.pipeKeyValue('k', '6', 1);
    await input.pipeKeyValue('k', '5', 2);
    expect([read('large'), read('async'), read('processed')]).toEqual(['k@1=6', 'k@1=number k@2=number', 'k@1=number k@2=number']);
    const payments = driver.createInputTopic('json', serdes.string, serdes.json<unknown>());
    await payments.pipeKeyValue('k', { amount: 5 }, 3);
    await payments.pipeKeyValue('k', { amount: 'much' }, 4);
    expect(read('valid')).toBe('k@3="pays 5"');
  });

  it('hand what they throw to the processing handler', async () => {
    const failed: string[] = [];
    const { input } = await boot([PipedTopology], {
      processingHandler: (error, _, { node, attempts }) => (failed.push(`${node}: ${error.constructor.name}, ${attempts}`), 'continue'),
    });
    await input.pipeKeyValue('k', 'six', 1);
    expect(failed.sort()).toEqual([
      'piped-large: BadRequestException, 1',
      'piped-later: BadRequestException, 1',
      'piped-processed: BadRequestException, 1',
    ]);
  });

  it('that can not be made fail the boot', async () => {
    abstract class Missing {}
    @Injectable()
    class Needy implements PipeTransform {
      constructor(readonly missing: Missing) {}
      transform(value: unknown): unknown {
        return value;
      }
    }
    @StreamTopology()
    class NeedyTopology {
      @Source('in', text)
      readonly texts!: KStream<string, string>;
      @Filter('texts')
      wanted(@Value(Needy) text: string): boolean {
        return text !== '';
      }
    }
    expect(await faultsOf([NeedyTopology])).toEqual([
      expect.stringMatching(/^NeedyTopology\.wanted \(@Filter\): its pipe Needy can not be made: Nest can't resolve dependencies/),
    ]);
  });
});

describe('handlers of providers', () => {
  @StreamTopology()
  class JsonTopology {
    @Source('in', { key: serdes.string, value: serdes.json<{ amount?: number }>() })
    readonly payments!: KStream<string, { amount?: number }>;
    @MapValues('payments', { value: serdes.string, to: 'out' })
    amount({ amount }: { amount?: number }): string {
      if (amount === undefined) throw new Error('no amount');
      return String(amount);
    }
  }

  it('decide and hear, in injectables and controllers; one that throws is logged and changes nothing', async () => {
    const heard: string[] = [];
    const logged: string[] = [];
    @Injectable()
    class Prefix {
      readonly text = 'seen';
    }
    @Injectable()
    class Alerts {
      constructor(private readonly prefix: Prefix) {}
      @OnDeserializationError()
      skip(_error: Error, _record: unknown, { offset }: ErrorContext): 'continue' {
        heard.push(`undecodable ${offset}`);
        return 'continue';
      }
      @OnProcessingError()
      skipToo(): 'continue' {
        return 'continue';
      }
      @OnDropped()
      dropped({ reason }: DroppedRecord): void {
        heard.push(`${this.prefix.text} ${reason}`);
      }
      @OnDropped()
      fails(): void {
        throw new Error('pager is down');
      }
    }
    @Controller()
    class DropsController {
      @OnDropped()
      async dropped({ reason }: DroppedRecord): Promise<void> {
        await Promise.resolve();
        heard.push(`controller ${reason}`);
      }
    }
    const logger: Logger = { ...silentLogger, error: (message: string) => void logged.push(message) };
    const onDropped = ({ reason }: DroppedRecord) => void heard.push(`option ${reason}`);
    const { input, read } = await boot([JsonTopology, Alerts, Prefix], { logger, onDropped }, [DropsController]);
    for (const value of ['broken', '{}', '{"amount":1}']) await input.pipeKeyValue('k', value, 1);
    expect(read()).toBe('k@1=1');
    expect(heard.sort()).toEqual([
      'controller deserialization',
      'controller processing',
      'option deserialization',
      'option processing',
      'seen deserialization',
      'seen processing',
      'undecodable 0',
    ]);
    expect(logged).toEqual(Array(2).fill('Alerts.fails (@OnDropped) failed: pager is down'));
  });

  it('are checked at boot: one decider of a kind, which is no promise, in singletons of applications that exist', async () => {
    @Injectable()
    class First {
      @OnProcessingError()
      decide(): 'continue' {
        return 'continue';
      }
    }
    @Injectable()
    class Second {
      @OnProcessingError()
      decide(): 'continue' {
        return 'continue';
      }
      // @ts-expect-error A verdict is needed at once.
      @OnDeserializationError()
      async later(): Promise<never> {
        return Promise.reject(new Error('never'));
      }
      @OnDropped({ app: 'other' })
      elsewhere(): void {}
      @OnDropped({ application: 'other' } as object)
      misspelt(): void {}
    }
    @Injectable({ scope: Scope.REQUEST })
    class Scoped {
      @OnDropped()
      dropped(): void {}
    }
    @Injectable()
    class Stray {
      @Retry({ attempts: 2 })
      call(): void {}
      @Punctuate('1s')
      tick(): void {}
    }
    const found = await faultsOf([JsonTopology, First, Second, Scoped, Stray], { 'processing.exception.handler': 'continue' });
    expect(found.sort()).toEqual([
      'First.decide (@OnProcessingError): decides what the option `processing.exception.handler` of the module decides too',
      'Scoped.dropped (@OnDropped): is on a provider that is no singleton',
      'Second.decide (@OnProcessingError): decides what First.decide (@OnProcessingError) decides too',
      'Second.decide (@OnProcessingError): decides what the option `processing.exception.handler` of the module decides too',
      'Second.elsewhere (@OnDropped): belongs to application "other", which does not exist',
      'Second.later (@OnDeserializationError): returns a promise, and its verdict is needed at once',
      'Second.misspelt (@OnDropped): has no option "application"',
      'Stray.call (@Retry): has no effect on a provider',
      'Stray.tick (@Punctuate): has no effect on a provider',
    ]);
  });
});
