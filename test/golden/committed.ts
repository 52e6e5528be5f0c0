import type { Difference } from './compare.js';

interface Committed {
  readonly topic: string;
  readonly metadata: string;
}

/** Compares the metadata that was committed with the offset of each input. The order of stores in it is free. */
export function compareCommitted(expected: readonly Committed[], got: readonly Committed[]): Difference[] {
  const topics = [...new Set([...expected, ...got].map(({ topic }) => topic))].sort();
  return topics.flatMap((topic) => {
    const [wanted, found] = [expected, got].map((all) => {
      const of = all.find((one) => one.topic === topic);
      return of === undefined ? 'nothing' : metadataText(of.metadata);
    });
    return wanted === found ? [] : [{ where: 'committed', what: topic, expected: wanted!, got: found! }];
  });
}

// Metadata of a commit. It is decoded here, because the engine's decoder is under test:
//
//   version, int8 | partition time, int64 | [count, int32 | (length, int32 | name | time, int64)*]

function metadataText(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  try {
    const times: string[] = [];
    let at = 9;
    if (bytes.length > at) {
      const count = bytes.readInt32BE(at);
      at += 4;
      while (times.length < count) {
        const end = at + 4 + bytes.readInt32BE(at);
        times.push(`${bytes.toString('utf8', at + 4, end)} until ${bytes.readBigInt64BE(end)}`);
        at = end + 8;
      }
    }
    if (at !== bytes.length) throw new RangeError('bytes are left');
    return `version ${bytes.readInt8(0)}, partition time ${bytes.readBigInt64BE(1)}${times
      .sort()
      .map((time) => `, ${time}`)
      .join('')}`;
  } catch {
    return `not readable: ${base64}`;
  }
}
