import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Headers } from '@ouzel/core';
import type { Serde } from './serde.js';
import { serdes } from './serdes.js';

const recorded = join(import.meta.dirname, '../../../../test/golden/recorded/bytes/serdes.json');
type Written = string | boolean | null | readonly Written[];
const vectors = (JSON.parse(readFileSync(recorded, 'utf8')) as { serde: string; value: Written; hex: string | null }[]).filter(
  (vector): vector is { serde: string; value: Written; hex: string } => vector.hex !== null,
);

/** Ours for each of Kafka's, and what the text of a vector stands for. */
const kinds: Record<string, { readonly serde: Serde<unknown>; readonly value: (text: never) => unknown }> = {
  String: { serde: serdes.string, value: String },
  Long: { serde: serdes.bigint, value: BigInt },
  Integer: { serde: serdes.int, value: Number },
  Short: { serde: serdes.short, value: Number },
  Float: { serde: serdes.float, value: (text) => Math.fround(Number(text)) },
  Double: { serde: serdes.double, value: Number },
  Boolean: { serde: serdes.boolean, value: Boolean },
  UUID: { serde: serdes.uuid, value: String },
  ByteArray: { serde: serdes.buffer, value: (hex: string) => Buffer.from(hex, 'hex') },
  Bytes: { serde: serdes.buffer, value: (hex: string) => Buffer.from(hex, 'hex') },
  ByteBuffer: { serde: serdes.buffer, value: (hex: string) => Buffer.from(hex, 'hex') },
};

function kindOf(name: string): { readonly serde: Serde<unknown>; readonly value: (text: never) => unknown } {
  const inner = /^List<(.*)>$/.exec(name)?.[1];
  if (inner === undefined) return kinds[name]!;
  const { serde, value } = kindOf(inner);
  return { serde: serdes.list(serde), value: (texts: unknown[]) => texts.map((text) => (text === null ? null : value(text as never))) };
}

describe('bytes of Kafka’s own serdes', () => {
  it.each(vectors)('$serde writes $value as $hex, and reads it', ({ serde: name, value, hex }) => {
    const kind = kindOf(name);
    const bytes = Buffer.from(hex, 'hex');
    expect(kind.serde.serialize(kind.value(value as never), 'topic', Headers.empty).toString('hex')).toBe(hex);
    expect(kind.serde.deserialize(bytes, 'topic', Headers.empty)).toEqual(kind.value(value as never));
  });

  const lists = vectors.filter(({ serde }) => serde === 'List<Long>');
  it.each(lists)('a list of numbers as long is $hex', ({ value, hex }) => {
    const numbers = (value as string[]).map((text) => (text === null ? null : Number(text)));
    expect(
      serdes
        .list(serdes.long)
        .serialize(numbers as number[], 'topic', Headers.empty)
        .toString('hex'),
    ).toBe(hex);
    expect(serdes.list(serdes.long).deserialize(Buffer.from(hex, 'hex'), 'topic', Headers.empty)).toEqual(numbers);
  });
});

const refused = (work: () => unknown) => expect(work).toThrow(expect.objectContaining({ code: 'OUZEL_SERDE' }));
const write = <T>(serde: Serde<T>, value: T) => serde.serialize(value, 'topic', Headers.empty);
const read = <T>(serde: Serde<T>, hex: string) => serde.deserialize(Buffer.from(hex, 'hex'), 'topic', Headers.empty);

describe('long', () => {
  it.each([0, 1, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])('keeps %p', (value) => {
    expect(serdes.long.deserialize(write(serdes.long, value), 'topic', Headers.empty)).toBe(value);
  });

  it.each([2 ** 53, 0.5, NaN, Infinity])('refuses to write %p', (value) => refused(() => write(serdes.long, value)));

  it.each(['7fffffffffffffff', '8000000000000000', '0020000000000000'])('refuses to read %s, which no number holds exactly', (hex) =>
    refused(() => read(serdes.long, hex)),
  );
});

describe('what does not fit is refused with OUZEL_SERDE', () => {
  const sizes: [string, Serde<unknown>, string][] = [
    ['long', serdes.long, '00'],
    ['bigint', serdes.bigint, '000000000000000000'],
    ['int', serdes.int, '0000'],
    ['short', serdes.short, '000000'],
    ['float', serdes.float, '00'],
    ['double', serdes.double, '00000000'],
    ['boolean', serdes.boolean, ''],
    ['uuid', serdes.uuid, '61'],
    ['void', serdes.void, '00'],
    ['a list of strings', serdes.list(serdes.string), '0100000002'],
    ['a list of ints', serdes.list(serdes.int), '000000000000000001ffff'],
    ['a list of strings', serdes.list(serdes.string), '0000000000'],
    ['json', serdes.json(), '7b'],
  ];
  it.each(sizes)('%s: bytes of another form (%#)', (_name, serde, hex) => refused(() => read(serde, hex)));

  const values: [string, Serde<unknown>, unknown][] = [
    ['int', serdes.int, 2 ** 31],
    ['int', serdes.int, 1.5],
    ['short', serdes.short, 40_000],
    ['bigint', serdes.bigint, 2n ** 63n],
    ['uuid', serdes.uuid, 'not-a-uuid'],
    ['json', serdes.json(), undefined],
    ['json', serdes.json(), () => 1],
  ];
  it.each(values)('%s: a value that it can not hold (%#)', (_name, serde, value) => refused(() => write(serde, value)));

  it('a boolean is the byte 0 or 1', () => refused(() => read(serdes.boolean, '02')));
});

describe('string and uuid', () => {
  it('reads bytes that are no UTF-8 as Java does, with replacement characters', () => {
    expect(read(serdes.string, '61ff62')).toBe('a\ufffdb');
  });

  it('writes a UUID in lower case', () => {
    expect(write(serdes.uuid, '123E4567-E89B-12D3-A456-426614174000').toString()).toBe('123e4567-e89b-12d3-a456-426614174000');
  });
});

describe('immutable', () => {
  const { json, list, nullable, timeWindowed, sessionWindowed } = serdes;
  it('holds for what can not be changed in place, so that decoded values may be shared', () => {
    for (const serde of [
      serdes.string,
      serdes.uuid,
      serdes.boolean,
      serdes.long,
      serdes.bigint,
      serdes.int,
      serdes.short,
      serdes.float,
      serdes.double,
    ])
      expect(serde.immutable).toBe(true);
    expect(nullable(serdes.string).immutable).toBe(true);
    expect(timeWindowed(serdes.string, '1m').immutable).toBe(true);
    expect(sessionWindowed(serdes.string).immutable).toBe(true);
  });

  it('does not hold for objects, unless the user says so', () => {
    expect(json().immutable).not.toBe(true);
    expect(json({ immutable: true }).immutable).toBe(true);
    expect(serdes.buffer.immutable).not.toBe(true);
    expect(list(serdes.string).immutable).not.toBe(true);
    expect(nullable(json()).immutable).not.toBe(true);
  });
});

describe('string', () => {
  it.each(['', 'a', 'x'.repeat(40), 'x'.repeat(41), `${'x'.repeat(39)}ü`, 'ü', '\u0000\u007f\u0080', '😀'])(
    'writes the UTF-8 of %p',
    (text) => {
      expect(write(serdes.string, text)).toEqual(Buffer.from(text));
    },
  );

  it('refuses what is no string', () => refused(() => write(serdes.string, 5 as unknown as string)));
});
