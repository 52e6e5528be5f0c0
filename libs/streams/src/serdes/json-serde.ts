import { SerdeError } from '@ouzel/core';
import type { BlockSerde, Serde } from './serde.js';

/** The interface that validation libraries have in common (standardschema.dev, version 1). */
export interface StandardSchema<T> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): unknown;
    readonly types?: { readonly input: unknown; readonly output: T };
  };
}

export interface JsonOptions<T> {
  /**
   * Decoded values are validated, and become what the schema makes of them. Schemas that validate asynchronously are
   * refused.
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

function validated<T>(schema: StandardSchema<T>, value: unknown): T {
  const result = schema['~standard'].validate(value) as { value?: T; issues?: readonly { path?: readonly unknown[] }[] } | Promise<unknown>;
  if (result instanceof Promise)
    throw new SerdeError({
      what: `the schema of ${schema['~standard'].vendor} validates asynchronously`,
      help: 'Serdes are synchronous: use a synchronous schema.',
    });
  if (result.issues === undefined) return result.value as T;
  const paths = result.issues.map(
    ({ path }) => (path ?? []).map((part) => String((part as { key?: unknown } | null)?.key ?? part)).join('.') || '(all)',
  );
  throw new SerdeError({ what: `the value does not fit its schema at ${[...new Set(paths)].slice(0, 5).join(', ')}` });
}
