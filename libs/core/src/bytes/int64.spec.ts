import fc from 'fast-check';
import { readInt64, writeInt64 } from './int64.js';

const whole = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer(),
  fc.constantFrom(0, -1, 1, 2 ** 32, -(2 ** 32), 2 ** 32 - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
);

it('writes the bytes of an int64, big-endian', () => {
  fc.assert(
    fc.property(whole, (value) => {
      const expected = Buffer.alloc(8);
      expected.writeBigInt64BE(BigInt(value));
      const bytes = Buffer.alloc(8);
      writeInt64(bytes, value, 0);
      expect(bytes).toEqual(expected);
    }),
  );
});

it('reads what it wrote, and says where the next bytes go', () => {
  fc.assert(
    fc.property(whole, fc.nat(5), (value, at) => {
      const bytes = Buffer.alloc(13);
      expect(writeInt64(bytes, value, at)).toBe(at + 8);
      expect(readInt64(bytes, at)).toBe(value);
    }),
  );
});

it('keeps the order of numbers that are not negative', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
      const [first, second] = [a, b].map((value) => {
        const bytes = Buffer.alloc(8);
        writeInt64(bytes, value, 0);
        return bytes;
      });
      expect(Math.sign(Buffer.compare(first!, second!))).toBe(Math.sign(a - b));
    }),
  );
});
