import { Headers, ValidationError } from '@ouzel/core';
import { type as arktype } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';
import { json } from './json-serde.js';
import type { Serde } from './serde.js';

interface Payment {
  readonly user: string;
  readonly lines: readonly { readonly amount: number }[];
}

/** One schema in each library. The value that is decoded has the type of what the schema makes. */
const payments: readonly (readonly [string, Serde<Payment>])[] = [
  ['zod', json({ schema: z.object({ user: z.string(), lines: z.array(z.object({ amount: z.number().min(1) })) }) })],
  ['valibot', json({ schema: v.object({ user: v.string(), lines: v.array(v.object({ amount: v.pipe(v.number(), v.minValue(1)) })) }) })],
  ['arktype', json({ schema: arktype({ user: 'string', lines: arktype({ amount: 'number >= 1' }).array() }) })],
];

const decode = <T>(serde: Serde<T>, value: unknown) => serde.deserialize(Buffer.from(JSON.stringify(value)), 'topic', Headers.empty);

function failure(work: () => unknown): ValidationError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof ValidationError) return thrown;
    throw thrown;
  }
  throw new Error('the value fits');
}

describe.each(payments)('a schema of %s', (_, serde) => {
  it('decodes what fits', () => {
    const payment: Payment = decode(serde, { user: 'ann', lines: [{ amount: 5 }] });
    expect(payment).toEqual({ user: 'ann', lines: [{ amount: 5 }] });
  });

  it('reports each issue with its path', () => {
    const { message, issues } = failure(() => decode(serde, { user: 7_001, lines: [{ amount: 5 }, { amount: 'much' }] }));
    expect(issues.map(({ path }) => path).sort()).toEqual(['lines.1.amount', 'user']);
    expect(message).toMatch(/OUZEL_SERDE: the value does not fit its schema at (user, lines\.1\.amount|lines\.1\.amount, user)/);
  });

  it.each([
    ['a text', { user: 'ann', lines: [{ amount: 'secret-amount' }] }],
    ['a text with quotes', { user: 'ann', lines: [{ amount: 'secret "amount" \\' }] }],
    ['a number', { user: 'ann', lines: [{ amount: -98_765 }] }],
    ['an object', { user: { secret: 'amount' }, lines: [] }],
  ])('shows no part of the value in its messages: %s', (_kind, value) => {
    const { message, issues } = failure(() => decode(serde, value));
    expect(message + JSON.stringify(issues)).not.toMatch(/secret-|"amount|98765/);
    expect(issues[0]!.message).not.toBe('');
  });
});

it('types the value by what the schema makes of it', () => {
  const serde = json({ schema: z.object({ at: z.string().transform((text) => new Date(text)) }) });
  const { at }: { at: Date } = decode(serde, { at: '2026-01-02T03:04:05Z' });
  expect(at).toEqual(new Date('2026-01-02T03:04:05Z'));
});

it('leaves a message out when the value is too large to be taken out of it', () => {
  const serde = json({ schema: arktype({ amount: 'number' }) });
  const more = Array.from({ length: 2_000 }, (_, i) => `text ${i}`);
  const { issues } = failure(() => decode(serde, { amount: 'secret', more }));
  expect(issues).toEqual([{ path: 'amount', message: expect.stringContaining('left out') }]);
});

it.each([
  ['zod', json({ schema: z.string().refine(async () => Promise.resolve(true)) })],
  [
    'valibot',
    json({
      schema: v.pipeAsync(
        v.string(),
        v.checkAsync(async () => Promise.resolve(true)),
      ),
    }),
  ],
] as const)('refuses an asynchronous schema of %s', (_, serde) => {
  expect(() => decode<unknown>(serde, 'a')).toThrow(expect.objectContaining({ code: 'OUZEL_SCHEMA_ASYNC' }));
});
