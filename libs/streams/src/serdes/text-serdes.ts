import { SerdeError } from '@ouzel/core';
import type { Serde } from './serde.js';

/** Up to here a text, if it is ASCII, is encoded faster by hand than by a call into the runtime: most keys are. */
const short = 40;

function encoded(text: string): Buffer {
  if (typeof text !== 'string') throw new SerdeError({ what: `a value of type ${typeof text} is not a string` });
  const { length } = text;
  if (length > short) return Buffer.from(text);
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return Buffer.from(text);
    bytes[i] = code;
  }
  return bytes;
}

/** UTF-8. Bytes that are no UTF-8 become replacement characters, as in Java. */
export const string: Serde<string> = { name: 'string', immutable: true, serialize: encoded, deserialize: (bytes) => bytes.toString() };

/** The bytes themselves; what is decoded shares memory with what was read. */
export const buffer: Serde<Buffer> = { name: 'buffer', serialize: (value) => value, deserialize: (bytes) => bytes };

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The 36 characters of a UUID, in lower case, as Java writes them. */
export const uuid: Serde<string> = {
  name: 'uuid',
  immutable: true,
  serialize: (value) => Buffer.from(checkedUuid(value), 'latin1'),
  deserialize: (bytes) => checkedUuid(bytes.toString('latin1')),
};

function checkedUuid(text: string): string {
  if (!uuidForm.test(text))
    throw new SerdeError({ what: 'this is not a UUID', help: 'A UUID is 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.' });
  return text.toLowerCase();
}
