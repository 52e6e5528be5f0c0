import { EmbeddedApp, text, until } from '../../embedded-app.spec-support.js';
import { StreamsBuilder, type ErrorContext, type KStream } from '../../index.js';

describe('a callback with `retry`', () => {
  const app = EmbeddedApp.use('in', 'out', 'letters');

  const start = (build: (records: KStream<string, string>) => KStream<string, string>, config: Record<string, unknown> = {}) => {
    const builder = new StreamsBuilder();
    build(builder.stream('in', { ...text, name: 'source' })).to('out', text);
    return app.started(builder.build(), config);
  };

  /** Fails twice on values that begin with `slow`, and always on those that begin with `bad`. */
  const flaky = () => {
    const calls = new Map<string, number>();
    return (value: string) => {
      const made = (calls.get(value) ?? 0) + 1;
      calls.set(value, made);
      if (value.startsWith('bad') || (value.startsWith('slow') && made < 3)) throw new Error('refused');
      return `${value}!`;
    };
  };
  const retry = { attempts: 3, backoff: 5 };

  it('keeps the records in their order, and loses and doubles none', async () => {
    await start((records) => records.mapValues(flaky(), { retry }));
    await app.sendValues('in', 'a', 'slow 1', 'b', 'slow 2', 'c');
    expect(await app.values('out', 5)).toEqual(['a!', 'slow 1!', 'b!', 'slow 2!', 'c!']);
  });

  it('lets the processing handler decide after the last attempt, and tells it how many there were', async () => {
    const contexts: ErrorContext[] = [];
    const processingHandler = (_: Error, __: unknown, context: ErrorContext) => {
      contexts.push(context);
      return 'continue';
    };
    await start((records) => records.mapValues(flaky(), { name: 'flaky', retry }), { processingHandler, deadLetterTopic: 'letters' });
    await app.sendValues('in', 'bad', 'a');
    expect(await app.values('out', 1)).toEqual(['a!']);
    expect(contexts).toEqual([expect.objectContaining({ node: 'flaky', topic: 'in', offset: 0, attempts: 3 })]);
    const [letter] = await app.read('letters', 1);
    expect(String(letter!.headers.get('__ouzel.errors.attempts'))).toBe('3');
  });

  it('names the number of attempts in the failure that stops the client', async () => {
    const streams = await start((records) => records.mapValues(flaky(), { retry }));
    await app.sendValues('in', 'bad');
    await until(() => streams.state === 'ERROR');
    expect(streams.status().failure!.message).toMatch(/OUZEL_PROCESSING: refused \(after 3 attempts\) at .* of task 0_0, in-0@0/);
  });

  it('does not hand on what a generator made before it failed', async () => {
    let calls = 0;
    const words = function* (value: string) {
      yield* value.split(' ');
      if (++calls < 3) throw new Error('refused');
    };
    await start((records) => records.flatMapValues(words, { retry }));
    await app.sendValues('in', 'a b');
    expect(await app.values('out', 2)).toEqual(['a', 'b']);
  });

  it('is counted for asyncMapValues too', async () => {
    const attempts: number[] = [];
    const processingHandler = (_: Error, __: unknown, context: ErrorContext) => (attempts.push(context.attempts), 'continue');
    await start(
      (records) => records.asyncMapValues((value) => Promise.reject<string>(new Error(value)), { retry: { attempts: 2, backoff: 1 } }),
      { processingHandler },
    );
    await app.sendValues('in', 'a');
    await until(() => attempts.length > 0);
    expect(attempts).toEqual([2]);
  });

  it.each([
    [{ attempts: 0 }, /attempts of filter must be a whole number of at least 1, not 0/],
    [{ attempts: 2, jitter: 2 }, /jitter of filter must be a number from 0 to 1, not 2/],
    [{ attempts: 2, backoff: 'soon' as '1s' }, /backoff of filter/],
  ])('is refused when the topology is built: %j', (options, message) => {
    expect(() => new StreamsBuilder().stream('in', text).filter(() => true, { retry: options })).toThrow(message);
  });
});
