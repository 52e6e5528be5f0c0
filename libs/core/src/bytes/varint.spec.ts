import { readFileSync } from 'node:fs';
import { VarintReader, sizeOfUnsignedVarint, sizeOfVarint, writeUnsignedVarint, writeVarint, writeVarlong } from './varint.js';

interface Vector {
  readonly kind: string;
  readonly value: number | string;
  readonly hex: string;
}
const file = new URL('../../../../test/golden/recorded/bytes/primitives.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[];
const of = (kind: string) => vectors.filter((vector) => vector.kind === kind);

function written(write: (bytes: Uint8Array) => number): string {
  const bytes = Buffer.alloc(12);
  return bytes.subarray(0, write(bytes)).toString('hex');
}
const reader = (hex: string) => new VarintReader(Buffer.from(hex, 'hex'));

it.each(of('varint'))('varint $value is $hex', ({ value, hex }) => {
  expect(written((bytes) => writeVarint(bytes, Number(value), 0))).toBe(hex);
  expect(sizeOfVarint(Number(value))).toBe(hex.length / 2);
  expect(reader(hex).varint()).toBe(value);
});

it.each(of('unsigned varint'))('unsigned varint $value is $hex', ({ value, hex }) => {
  expect(written((bytes) => writeUnsignedVarint(bytes, Number(value), 0))).toBe(hex);
  expect(sizeOfUnsignedVarint(Number(value))).toBe(hex.length / 2);
  expect(reader(hex).unsigned()).toBe(value);
});

const exact = of('varlong').filter(({ value }) => Math.abs(Number(value)) < 2 ** 52);
it.each(exact)('varlong $value is $hex', ({ value, hex }) => {
  expect(written((bytes) => writeVarlong(bytes, Number(value), 0))).toBe(hex);
  expect(reader(hex).varlong()).toBe(Number(value));
});

it('reads numbers one after the other', () => {
  const numbers = reader('02' + 'ffbfa8ca9a3a' + '01');
  expect([numbers.varint(), numbers.varlong(), numbers.varint()]).toEqual([1, -1_000_000_000_000, -1]);
  expect(numbers.at).toBe(8);
});

it('shows by its position that the bytes ended within a number', () => {
  const numbers = reader('80');
  numbers.varint();
  expect(numbers.at).toBeGreaterThan(1);
});

it.each([
  ['00', 0],
  ['ff7f', 16_383],
  ['8080808010', 2 ** 32],
  ['ffffffffffffff0f', Number.MAX_SAFE_INTEGER],
])('reads %s as a number without a sign', (hex, value) => {
  const numbers = reader(hex);
  expect(numbers.unsignedLong()).toBe(value);
  expect(numbers.at).toBe(hex.length / 2);
});
