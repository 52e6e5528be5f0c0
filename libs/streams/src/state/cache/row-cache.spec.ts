import fc from 'fast-check';
import { RowCache } from './row-cache.js';

const bytes = (text: string) => Buffer.from(text);

describe('the cache of rows', () => {
  it('never shows anything but the last that was set, whatever it has room for', () => {
    const step = fc.record({
      database: fc.nat(1),
      key: fc.nat(40).map((n) => `key-${n}`),
      value: fc.option(fc.string({ maxLength: 90 }), { freq: 8 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), fc.constantFrom(0, 2_000, 8_000, 1_000_000), (steps, maxBytes) => {
        const cache = new RowCache(maxBytes);
        const databases = [cache.open(), cache.open()];
        const rows = [new Map<string, string>(), new Map<string, string>()];
        for (const { database, key, value } of steps) {
          databases[database]!.set(key, value === null ? null : bytes(value));
          if (value === null) rows[database]!.delete(key);
          else rows[database]!.set(key, value);
          for (const [i, row] of [...rows[database]!.keys(), key].entries()) {
            if (i % 7 !== 0 && row !== key) continue;
            const cached = databases[database]!.get(row);
            if (cached !== undefined) expect(cached.toString()).toBe(rows[database]!.get(row));
          }
        }
        if (maxBytes < 1_000_000) return;
        for (const [i, map] of rows.entries()) for (const [key, value] of map) expect(databases[i]!.get(key)?.toString()).toBe(value);
      }),
    );
  });

  it('keeps what is used and drops what is not', () => {
    const cached = new RowCache(64 * 1024).open();
    cached.set('used', bytes('u'));
    cached.set('unused', bytes('n'));
    for (let i = 0; i < 10_000; i++) {
      cached.set(`row-${i}`, bytes(`value of row ${i}`));
      expect(cached.get('used')?.toString()).toBe('u');
    }
    expect(cached.get('unused')).toBeUndefined();
    expect(cached.get('row-9999')?.toString()).toBe('value of row 9999');
    expect(cached.get('row-1')).toBeUndefined();
  });

  it('hands out values that no later one changes', () => {
    const cached = new RowCache().open();
    cached.set('a', bytes('one'));
    const first = cached.get('a')!;
    cached.set('a', bytes('two'));
    expect(first.toString()).toBe('one');
    first.fill('x');
    expect(cached.get('a')?.toString()).toBe('two');
  });

  it('leaves out what is large, and forgets the former value of it', () => {
    const cached = new RowCache(1024 * 1024).open();
    cached.set('a', bytes('small'));
    cached.set('a', Buffer.alloc(70_000));
    expect(cached.get('a')).toBeUndefined();
  });
});
