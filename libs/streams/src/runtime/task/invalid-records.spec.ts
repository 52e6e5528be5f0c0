import { z } from 'zod';
import { EmbeddedApp, until } from '../../embedded-app.spec-support.js';
import { serdes, StreamsBuilder, ValidationError } from '../../index.js';

describe('A record that does not fit the schema of its source', () => {
  const app = EmbeddedApp.use('in', 'out', 'letters');
  const fits = z.object({ amount: z.number() });

  const start = (schema: z.ZodType<{ amount: number }>, config: Record<string, unknown>) => {
    const builder = new StreamsBuilder();
    builder.stream('in', { key: serdes.string, value: serdes.json({ schema }) }).to('out');
    return app.started(builder.build(), config);
  };

  it('goes to the deserialization handler, and its issues into the headers of its dead letter', async () => {
    const errors: Error[] = [];
    const deserializationHandler = (error: Error) => (errors.push(error), 'continue');
    await start(fits, { deserializationHandler, deadLetterTopic: 'letters' });
    await app.sendValues('in', '{"amount":"secret"}', '{"amount":1}');
    expect(await app.values('out', 1)).toEqual(['{"amount":1}']);
    const [letter] = await app.read('letters', 1);
    expect(String(letter!.value)).toBe('{"amount":"secret"}');
    const issues: unknown = JSON.parse(String(letter!.headers.get('__ouzel.errors.issues')));
    expect(issues).toEqual([{ path: 'amount', message: expect.stringContaining('expected number') }]);
    expect([...letter!.headers].map(([, value]) => String(value)).join()).not.toContain('secret');
    expect(errors).toEqual([expect.any(ValidationError)]);
  });

  it('stops the client where the schema is asynchronous, whatever the handler says: no record could pass', async () => {
    const streams = await start(
      fits.refine(async () => Promise.resolve(true)),
      { deserializationHandler: 'continue' },
    );
    await app.sendValues('in', '{"amount":1}');
    await until(() => streams.state === 'ERROR');
    expect(streams.status().failure).toMatchObject({ code: 'OUZEL_SCHEMA_ASYNC' });
    expect(await app.committed('in')).toBe(-1);
  });
});
