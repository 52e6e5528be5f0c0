import {
  Headers,
  serdes,
  type DroppedRecord,
  type ErrorContext,
  type KStream,
  type ProcessorContext,
  type RawRecord,
  type State,
  type StreamRecord,
} from '@ouzel/streams';
import { z } from 'zod';
import { OnDeserializationError, OnDropped, OnProcessingError, OnStateChange, OnUncaughtError } from './handlers.js';
import { MapHeaders, On, Process, Punctuate, Source } from './index.js';
import { marksOf } from './marks.js';
import { membersOf } from './member.js';

interface Placed {
  readonly type: 'Placed';
  readonly id: string;
}
interface Paid {
  readonly type: 'Paid';
  readonly amount: number;
}
type Event = Placed | Paid;

const schema = z.object({ at: z.string().transform((text) => new Date(text)) });

/**
 * Members that fit compile. The others have a mark: the compiler fails on a mark without an error (`npm run types`).
 */
class Fits {
  @Source('event', { key: serdes.string, value: serdes.json<Event>(), eventType: { field: 'type' } })
  readonly events!: KStream<string, Event>;
  @Source('time', { key: serdes.string, value: serdes.json({ schema }) })
  readonly times!: KStream<string, { at: Date }>;

  @On('Placed', { from: 'events' })
  readonly placed!: KStream<string, Placed>;
  @On('Placed', { from: 'events', value: serdes.string, to: 'id' })
  id(event: Placed, key: string, record: StreamRecord<string, Placed>): string {
    return `${event.id} ${key} ${record.timestamp}`;
  }
  @On('Paid')
  ofTheOnlySource(event: Paid): void {
    void event.amount;
  }
  @On('Paid', { from: 'events' })
  withoutParameters(): void {}

  @MapHeaders('events')
  marked(event: Event, _key: string, { headers }: StreamRecord<string, Event>): Headers {
    return headers.with('type', event.type);
  }

  @Process('events')
  counted(_record: StreamRecord<string, Event>, _context: ProcessorContext<string, number>): void {}
  @Punctuate('10s', { of: 'counted' })
  async tick(at: number, context: ProcessorContext<string, number>): Promise<void> {
    await Promise.resolve([at, context]);
  }

  @OnDropped()
  dropped(record: DroppedRecord): void {
    void record.reason;
  }
  @OnStateChange({ app: 'audit' })
  async changed(to: State, from: State): Promise<void> {
    await Promise.resolve([to, from]);
  }
  @OnDeserializationError()
  undecodable(error: Error, record: RawRecord, context: ErrorContext): 'fail' | { verdict: 'continue'; deadLetters: RawRecord[] } {
    return context.attempts > 0 && error.message === '' ? 'fail' : { verdict: 'continue', deadLetters: [record] };
  }
  @OnUncaughtError()
  uncaught(): 'replace' {
    return 'replace';
  }
}

class DoesNotFit {
  @Source('event', { key: serdes.string, value: serdes.json<Event>() })
  readonly events!: KStream<string, Event>;

  // @ts-expect-error The schema makes another type than the property has.
  @Source('time', { key: serdes.string, value: serdes.json({ schema }) })
  readonly times!: KStream<string, { at: string }>;

  // @ts-expect-error The stream has no such events.
  @On('Shipped', { from: 'events' })
  readonly shipped!: KStream<string, { readonly type: 'Shipped' }>;
  // @ts-expect-error The stream has no such events.
  @On('Shipped', { from: 'events' })
  wrongEvent(_event: { readonly type: 'Shipped' }): void {}
  // @ts-expect-error There is no such member.
  @On('Placed', { from: 'event' })
  noUpstream(): void {}
  // @ts-expect-error The key is a text.
  @On('Placed', { from: 'events' })
  wrongKey(_event: Placed, _key: number): void {}
  // @ts-expect-error An operator may not return a promise.
  @On('Placed', { from: 'events' })
  async later(): Promise<void> {}

  // @ts-expect-error It must return headers.
  @MapHeaders('events')
  text(event: Event): string {
    return event.type;
  }

  // @ts-expect-error It is called with a time.
  @Punctuate('10s')
  tick(_at: string): void {}

  // @ts-expect-error That is no verdict.
  @OnProcessingError()
  skip(): 'skip' {
    return 'skip';
  }
  // @ts-expect-error A verdict is needed at once.
  @OnProcessingError()
  async decide(): Promise<'continue'> {
    return Promise.resolve('continue');
  }
  // @ts-expect-error It is called with a dropped record.
  @OnDropped()
  dropped(_record: string): void {}
}

it('leaves what decorators are given, of members and beside them', () => {
  expect(membersOf(Fits).filter(({ decorator }) => decorator === '@On')).toMatchObject([
    { name: 'placed', operator: 'on', on: 'property', upstreams: ['events'] },
    { name: 'id', operator: 'onEvent', on: 'method' },
    { name: 'ofTheOnlySource', upstreams: [] },
    { name: 'withoutParameters' },
  ]);
  expect(marksOf(Fits).map(({ decorator, name }) => `${decorator} ${name}`)).toEqual([
    '@Punctuate tick',
    '@OnDropped dropped',
    '@OnStateChange changed',
    '@OnDeserializationError undecodable',
    '@OnUncaughtError uncaught',
  ]);
  expect(marksOf(DoesNotFit)).toHaveLength(4);
});

it('counts what a subclass inherits, and nothing of a method that it overrides', () => {
  class Overriding extends Fits {
    override dropped(): void {}
    @OnDropped({ app: 'other' })
    also(): void {}
  }
  expect(marksOf(Overriding).map(({ name }) => name)).toEqual(['tick', 'changed', 'undecodable', 'uncaught', 'also']);
});
