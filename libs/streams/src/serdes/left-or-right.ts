import { SerdeError } from '@ouzel/core';
import { serdeName, type Serde } from './serde.js';

export type JoinSide = 'left' | 'right';

/** The value of a record of one side of a join. */
export interface SidedValue {
  readonly side: JoinSide;
  readonly value: unknown;
}

const left = 1;
const right = 0;

/**
 * A value of either side of a stream join (LeftOrRightValueSerde):
 *
 *   side, int8 (right 0, left 1) | value
 */
export function leftOrRight(serdes: Readonly<Record<JoinSide, Serde<unknown>>>): Serde<SidedValue> {
  return {
    name: `either(${serdeName(serdes.left)}, ${serdeName(serdes.right)})`,
    serialize: ({ side, value }, topic, headers) =>
      Buffer.concat([Buffer.of(side === 'left' ? left : right), serdes[side].serialize(value, topic, headers)]),
    deserialize(bytes, topic, headers) {
      if (bytes[0] !== left && bytes[0] !== right) throw new SerdeError({ what: 'these bytes are not a value of one side of a join' });
      const side = bytes[0] === left ? 'left' : 'right';
      return { side, value: serdes[side].deserialize(bytes.subarray(1), topic, headers) };
    },
  };
}
