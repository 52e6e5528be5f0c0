import { decodeAssignment } from '../../libs/streams/src/runtime/group/assignment-info.js';
import { unpackTopology } from '../../libs/streams/src/runtime/group/announced-topology.js';
import { decodeSubscription, encodeSubscription } from '../../libs/streams/src/runtime/group/subscription-info.js';

/** Numbers below `below`, the same each time. */
function dice(seed: number): (below: number) => number {
  return (below) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
}

const valid = Buffer.from(
  `\0\x02${JSON.stringify({ processId: 'p', server: 'host:1', running: ['f 0'], stateOffsets: { 'f 0': 7 }, topology: 'x', matched: { node: ['a'] } })}`,
  'latin1',
);
const shapes = ['null', '[]', '{}', '1e400', '"x"', '{"__proto__":{}}', '[[[[]]]]', '{"active":[{"fingerprint":{},"partition":-1}]}'];

/** Random bytes, valid user data with bytes changed or cut off, and JSON of wrong shapes. */
function* blobs(count: number): Generator<Buffer> {
  const next = dice(11);
  for (let i = 0; i < count; i++) {
    const kind = i % 3;
    if (kind === 0) yield Buffer.from(Array.from({ length: next(200) }, () => next(256)));
    else if (kind === 1) {
      const bytes = Buffer.from(valid.subarray(0, next(valid.length + 1)));
      for (let changes = next(4); changes > 0 && bytes.length > 0; changes--) bytes[next(bytes.length)] = next(256);
      yield bytes;
    } else {
      const shape = shapes[next(shapes.length)]!;
      yield Buffer.from(
        `\0\x02{"running":${shape},"stateOffsets":${shape},"active":${shape},"hosts":${shape},"error":${shape},"topology":${shape}}`,
        'latin1',
      );
    }
  }
}

describe('user data of a hostile member (X9)', () => {
  it('is decoded, or left out, and never throws: 10,000 of them', () => {
    for (const bytes of blobs(10_000)) {
      const subscription = decodeSubscription(bytes);
      if (subscription !== undefined) {
        expect(typeof subscription.processId).toBe('string');
        expect(() => unpackTopology(subscription.topology ?? '')).not.toThrow();
        expect(() => encodeSubscription(subscription)).not.toThrow();
      }
      const { active, owners } = decodeAssignment(bytes);
      for (const { partition } of [...active, ...owners]) expect(partition).toBeGreaterThanOrEqual(0);
    }
  });

  it('is left out where it is larger than a coordinator would keep', () => {
    expect(
      decodeSubscription(Buffer.concat([Buffer.from([0, 2]), Buffer.from(`{"processId":"${'x'.repeat(5_000_000)}"}`)])),
    ).toBeUndefined();
  });
});
