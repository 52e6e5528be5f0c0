import { SerdeError } from '@ouzel/core';
import type { BlockSerde, Serde } from './serde.js';
import { validated, type StandardSchema } from './standard-schema.js';

export interface JsonOptions<T> {
  /**
   * Decoded values are validated by this schema, of any library with Standard Schema, and become what it makes of them.
   * A value that does not fit goes to the deserialization handler, with a ValidationError. A schema that validates
   * asynchronously stops the task (OUZEL_SCHEMA_ASYNC).
   */
  readonly schema?: StandardSchema<T>;
  /** Decoded values are never changed in place by anybody, so they may be shared between reads. */
  readonly immutable?: boolean;
}

/** JSON in UTF-8. Keys keep their order, so equal values built alike have equal bytes. */
export function json<T>(options: JsonOptions<T> = {}): Serde<T> {
  const { schema, immutable = false } = options;
  const validate = schema === undefined ? (value: unknown) => value as T : (value: unknown) => validated(schema, value);
  const serde: BlockSerde<T> = {
    name: 'json',
    immutable,
    serialize: (value) => Buffer.from(stringify(value)),
    deserialize: (bytes) => validate(parse(bytes.toString())),
    deserializeFrom: (block, start, end) => validate(parse(block.toString('utf8', start, end))),
  };
  return serde;
}

function stringify(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new SerdeError({ what: `a ${typeof value} has no JSON form` });
  return text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SerdeError({ what: 'these bytes are not JSON' });
  }
}
