import { Headers } from '@ouzel/core';
import { json } from './json-serde.js';
import type { StandardSchema } from './standard-schema.js';

interface Payment {
  readonly amount: number;
}

/** A schema as validation libraries offer it: an amount, given as number or text. */
const schema: StandardSchema<Payment> = {
  '~standard': {
    version: 1,
    vendor: 'example',
    validate(value) {
      const amount = Number((value as { amount?: unknown } | null)?.amount);
      return Number.isNaN(amount) ? { issues: [{ message: 'secret', path: ['amount'] }] } : { value: { amount } };
    },
  },
};

const decode = <T>(serde: ReturnType<typeof json<T>>, text: string) => serde.deserialize(Buffer.from(text), 'topic', Headers.empty);

it('writes UTF-8 with the keys in their order', () => {
  expect(
    json()
      .serialize({ b: 'ü', a: [1, null] }, 'topic', Headers.empty)
      .toString(),
  ).toBe('{"b":"ü","a":[1,null]}');
});

it('answers what the schema makes of a value', () => {
  expect(decode(json({ schema }), '{"amount":"5","more":1}')).toEqual({ amount: 5 });
});

it('refuses what does not fit the schema, and names the place but not the value', () => {
  const work = () => decode(json({ schema }), '{"amount":"secret text"}');
  expect(work).toThrow(expect.objectContaining({ code: 'OUZEL_SERDE', message: expect.stringContaining('amount') }));
  expect(work).not.toThrow(/secret/);
});

it('refuses a schema that validates asynchronously', () => {
  const slow: StandardSchema<Payment> = { '~standard': { version: 1, vendor: 'slow', validate: () => Promise.resolve({ value: {} }) } };
  expect(() => decode(json({ schema: slow }), '{}')).toThrow(/asynchronously/);
});

it('does not validate what it writes', () => {
  expect(json({ schema }).serialize({ amount: NaN }, 'topic', Headers.empty).toString()).toBe('{"amount":null}');
});
