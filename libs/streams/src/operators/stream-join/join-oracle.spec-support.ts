import fc from 'fast-check';
import { within } from '../../windows/index.js';

export type Kind = 'inner' | 'left' | 'outer';

export const window = within(0, { before: 5, after: 10, grace: 20 });

export interface Input {
  readonly side: 'left' | 'right';
  readonly key: string;
  readonly step: number;
}
/** Time goes forward, with records up to 5 ms late: the window of none is over when it comes. */
export const inputs = fc.array(
  fc.record({
    side: fc.constantFrom('left' as const, 'right' as const),
    key: fc.constantFrom('a', 'b'),
    step: fc.integer({ min: -5, max: 12 }),
  }),
  { maxLength: 40 },
);

export function placed(list: readonly Input[]) {
  let latest = 20;
  return list.map(({ side, key, step }, number) => {
    const timestamp = latest + step;
    latest = Math.max(latest, timestamp);
    return { side, key, value: `${side[0]}${number}`, timestamp };
  });
}

/** Returns the results that the join should have, by a look at every pair. */
export function pairs(kind: Kind, records: ReturnType<typeof placed>): string[] {
  const matched = new Set<string>();
  const found: string[] = [];
  for (const left of records.filter(({ side }) => side === 'left')) {
    for (const right of records.filter(({ side }) => side === 'right')) {
      if (left.key !== right.key || right.timestamp < left.timestamp - window.beforeMs || right.timestamp > left.timestamp + window.afterMs)
        continue;
      matched.add(left.value).add(right.value);
      found.push(`${left.key}=${left.value}+${right.value}@${Math.max(left.timestamp, right.timestamp)}`);
    }
  }
  for (const { side, key, value, timestamp } of records) {
    if (matched.has(value)) continue;
    if (side === 'left' && kind !== 'inner') found.push(`${key}=${value}+null@${timestamp}`);
    if (side === 'right' && kind === 'outer') found.push(`${key}=null+${value}@${timestamp}`);
  }
  return found;
}
