import { nothing, nullable } from './combined-serdes.js';
import { json } from './json-serde.js';
import { list } from './list-serde.js';
import { bigint, boolean, double, float, int, long, short } from './number-serdes.js';
import { buffer, string, uuid } from './text-serdes.js';
import { sessionWindowed, timeWindowed } from './windowed-serdes.js';

/** The built-in serdes; bytes as Kafka's own serializers write them. */
export const serdes = {
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
