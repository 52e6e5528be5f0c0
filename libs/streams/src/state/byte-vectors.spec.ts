import { readFileSync } from 'node:fs';
import { Headers } from '@ouzel/core';
import { serdes } from '../serdes/serdes.js';
import type { RecordContext } from '../record/record.js';
import { bytesOf, byteString } from './rows/byte-string.js';
import { decodeBufferValue, encodeBufferValue } from './buffered/buffer-value.js';
import { contextLength, readContext, writeContext } from './buffered/record-context-bytes.js';
import { combinedKey, foreignKeyOf, primaryKeyOf } from './subscription/combined-key-schema.js';
import { endOf, keyOf as sessionKeyOf, sessionSuffix, startOf as sessionStartOf } from './session/session-key-schema.js';
import { keyOf, startOf, windowKey } from './window/window-key-schema.js';
import { TimestampedValues } from './kind/value-codec.js';

const recorded = (file: string): any[] =>
  JSON.parse(readFileSync(new URL(`../../../../test/golden/recorded/bytes/${file}`, import.meta.url), 'utf8'));
const ofKind = (file: string, kind: string) => recorded(file).filter((vector) => vector.kind.startsWith(kind));
const bytes = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text));

function contextIn({ timestamp, offset, topic, partition, headers }: any): RecordContext {
  const list = headers.map(([name, hex]: [string, string | null]) => [name, hex === null ? null : Buffer.from(hex, 'hex')] as const);
  return { timestamp, offset, topic, partition, headers: Headers.of(list), sourceKey: null, sourceValue: null };
}

describe('bytes of Kafka Streams', () => {
  it.each(ofKind('windowed-keys.json', 'window store and changelog key'))(
    'key of window $key@$start, $sequence',
    ({ key, start, sequence, hex }) => {
      const text = windowKey(byteString(Buffer.from(key)), start, sequence);
      expect(bytesOf(text).toString('hex')).toBe(hex);
      expect([bytesOf(keyOf(text)).toString(), startOf(text)]).toEqual([key, start]);
    },
  );

  it.each(ofKind('windowed-keys.json', 'session store and changelog key'))(
    'key of session $key@$start-$end',
    ({ key, start, end, hex }) => {
      const text = byteString(Buffer.from(key)) + sessionSuffix(end, start);
      expect(bytesOf(text).toString('hex')).toBe(hex);
      expect([bytesOf(sessionKeyOf(text)).toString(), sessionStartOf(text), endOf(text)]).toEqual([key, start, end]);
    },
  );

  it.each(ofKind('store-payloads.json', 'timestamped value'))('value $value at $timestamp', ({ value, timestamp, hex }) => {
    const values = new TimestampedValues(serdes.string, 'topic');
    const stored = values.encode({ value, timestamp });
    expect(stored.payload.toString('hex')).toBe(hex);
    expect(values.decode(stored)).toEqual({ value, timestamp });
    expect(values.logged(stored).toString()).toBe(value);
  });

  it.each(ofKind('store-payloads.json', 'record context'))('context of a record in $topic', (vector) => {
    const context = contextIn(vector);
    const encoded = Buffer.alloc(contextLength(context));
    expect(writeContext(encoded, context, 0)).toBe(encoded.length);
    expect(encoded.toString('hex')).toBe(vector.hex);
    expect(readContext(encoded, 0)).toEqual({ context, end: encoded.length });
  });

  it.each(ofKind('store-payloads.json', 'suppress changelog value'))('buffered change $prior, $old, $new', (vector) => {
    const buffered = { prior: bytes(vector.prior), old: bytes(vector.old), value: bytes(vector.new), context: contextIn(vector.context) };
    const encoded = encodeBufferValue(buffered, vector.bufferTime);
    expect(encoded.toString('hex')).toBe(vector.hex);
    expect(decodeBufferValue(encoded)).toEqual({ buffered, time: vector.bufferTime });
  });

  it('combined key of a subscription', () => {
    const key = combinedKey(Buffer.from('f'), Buffer.from('p'));
    expect(key.toString('hex')).toBe('000000016670');
    expect([foreignKeyOf(key).toString(), primaryKeyOf(key).toString()]).toEqual(['f', 'p']);
  });
});
