import { nothing, nullable } from './combined-serdes.js';
import { json } from './json-serde.js';
import { list } from './list-serde.js';
import { bigint, boolean, double, float, int, long, short } from './number-serdes.js';
import type { Serde } from './serde.js';
import { buffer, string, uuid } from './text-serdes.js';
import { sessionWindowed, timeWindowed } from './windowed-serdes.js';

/** The serdes that come with the package. */
export interface Serdes {
  /** Text in UTF-8. Bytes that are no UTF-8 become replacement characters, as in Java. */
  readonly string: Serde<string>;
  /** The bytes themselves. A decoded buffer shares memory with the fetch response that it came in. */
  readonly buffer: Serde<Buffer>;
  /** One byte, 1 or 0. */
  readonly boolean: Serde<boolean>;
  /** Null only. */
  readonly void: Serde<null>;
  /** The 36 characters of a UUID, in lower case, as Java writes them. */
  readonly uuid: Serde<string>;
  /** int64, big-endian, as a number. Numbers beyond ±2^53 are a SerdeError both ways: use `bigint` for those. */
  readonly long: Serde<number>;
  /** int64, big-endian. */
  readonly bigint: Serde<bigint>;
  /** int32, big-endian. */
  readonly int: Serde<number>;
  /** int16, big-endian. */
  readonly short: Serde<number>;
  /** 32-bit IEEE 754, big-endian. */
  readonly float: Serde<number>;
  /** 64-bit IEEE 754, big-endian. */
  readonly double: Serde<number>;
  readonly json: typeof json;
  readonly list: typeof list;
  readonly nullable: typeof nullable;
  readonly timeWindowed: typeof timeWindowed;
  readonly sessionWindowed: typeof sessionWindowed;
}

/** The built-in serdes. They write the same bytes as Kafka's own serializers. */
export const serdes: Serdes = {
  string,
  buffer,
  boolean,
  void: nothing,
  uuid,
  long,
  bigint,
  int,
  short,
  float,
  double,
  json,
  list,
  nullable,
  timeWindowed,
  sessionWindowed,
};
