import { SerdeError } from '../errors/index.js';
import type { BlockSerde, Serde } from './serde.js';

const strict = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8. Bytes that are no UTF-8 become replacement characters, as in Java. */
export const string: BlockSerde<string> = {
  immutable: true,
  serialize: (value) => Buffer.from(value),
  deserialize: (bytes) => bytes.toString(),
  deserializeFrom: (block, start, end) => block.toString('utf8', start, end),
};

/** The bytes themselves; what is decoded shares memory with what was read. */
export const buffer: Serde<Buffer> = { serialize: (value) => value, deserialize: (bytes) => bytes };

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The 36 characters of a UUID, in lower case, as Java writes them. */
export const uuid: Serde<string> = {
  immutable: true,
  serialize: (value) => Buffer.from(checkedUuid(value), 'latin1'),
  deserialize: (bytes) => checkedUuid(strict.decode(bytes)),
};

function checkedUuid(text: string): string {
  if (!uuidForm.test(text))
    throw new SerdeError({ what: 'this is not a UUID', help: 'A UUID is 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.' });
  return text.toLowerCase();
}
