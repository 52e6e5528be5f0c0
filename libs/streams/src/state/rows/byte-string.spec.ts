import fc from 'fast-check';
import { bytesOf, byteString, int32Text, int64At, int64Text, prefixEnd, uint32At } from './byte-string.js';

const time = fc.maxSafeNat();

describe('byte strings', () => {
  it('hold bytes, and sort as they do', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 60 }), (a, b) => {
        const [left, right] = [Buffer.from(a), Buffer.from(b)];
        expect(bytesOf(byteString(left))).toEqual(left);
        const order = byteString(left) < byteString(right) ? -1 : byteString(left) > byteString(right) ? 1 : 0;
        expect(order).toBe(Buffer.compare(left, right));
      }),
    );
  });

  it('hold numbers as Java writes them, so that their order is that of the numbers', () => {
    fc.assert(
      fc.property(time, time, (a, b) => {
        const written = Buffer.alloc(8);
        written.writeBigInt64BE(BigInt(a));
        expect(bytesOf(int64Text(a))).toEqual(written);
        expect(int64At(`x${int64Text(a)}`, 1)).toBe(a);
        expect(int64Text(a) < int64Text(b)).toBe(a < b);
        expect(uint32At(int32Text(a), 0)).toBe(Number(BigInt(a) & 0xffffffffn));
      }),
    );
  });

  it('know what comes behind everything that begins with a prefix', () => {
    expect(prefixEnd('ab')).toBe('ac');
    expect(prefixEnd('a\xff\xff')).toBe('b');
    expect(prefixEnd('\xff')).toBeUndefined();
    expect(prefixEnd('')).toBeUndefined();
  });
});
