import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changed } from './changed.js';
import { Headers } from '@ouzel/core';
import { serdes } from './serdes.js';

interface Vector {
  readonly kind: string;
  readonly new: string | null;
  readonly old: string | null;
  readonly hex: string;
}
const recorded = join(import.meta.dirname, '../../../../test/golden/recorded/bytes/store-payloads.json');
const vectors = (JSON.parse(readFileSync(recorded, 'utf8')) as Vector[]).filter(({ kind }) => kind.startsWith('change '));
const serde = changed(serdes.string);
const read = (hex: string) => serde.deserialize(Buffer.from(hex, 'hex'), 'topic', Headers.empty);

it.each(vectors)('from $old to $new is $hex', ({ new: newValue, old: oldValue, hex }) => {
  expect(serde.serialize({ newValue, oldValue, isLatest: true }, 'topic', Headers.empty).toString('hex')).toBe(hex);
  expect(read(hex)).toEqual({ newValue, oldValue, isLatest: true });
});

it('reads the forms that also say whether the change is the latest', () => {
  expect(read('61' + '00' + '04')).toEqual({ newValue: 'a', oldValue: null, isLatest: false });
  expect(read('62' + '01' + '03')).toEqual({ newValue: null, oldValue: 'b', isLatest: true });
  expect(read('02' + '61' + '62' + '00' + '05')).toEqual({ newValue: 'a', oldValue: 'b', isLatest: false });
});

it('refuses a change without values, and bytes that are none', () => {
  const refused = expect.objectContaining({ code: 'OUZEL_SERDE' });
  expect(() => serde.serialize({ newValue: null, oldValue: null, isLatest: true }, 'topic', Headers.empty)).toThrow(refused);
  for (const hex of ['', '6106', '106102', '03']) expect(() => read(hex)).toThrow(refused);
});
