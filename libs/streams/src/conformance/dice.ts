import { asError } from '@ouzel/core';

/** Numbers that look random, and are the same for the same seed (mulberry32). */
export class Dice {
  constructor(private state: number) {}

  /** Returns a whole number from 0 on, less than `end`. */
  below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** Returns one of the names. A name is as likely as its weight. */
  weighted<N extends string>(weights: Readonly<Record<N, number>>): N {
    const entries = Object.entries<number>(weights) as [N, number][];
    let left = this.below(entries.reduce((sum, [, weight]) => sum + weight, 0));
    return entries.find(([, weight]) => (left -= weight) < 0)![0];
  }
}

const mostSteps = 60;

/**
 * Runs a trial again and again, each time with other dice and more steps, so that the first failure has few of them. A
 * failure names its trial.
 */
export async function trials(count: number, trial: (dice: Dice, steps: number) => Promise<void>): Promise<void> {
  for (let seed = 1; seed <= count; seed++) {
    const steps = Math.ceil((mostSteps * seed) / count);
    try {
      await trial(new Dice(seed), steps);
    } catch (thrown) {
      const cause = asError(thrown);
      throw new Error(`trial ${seed} of ${steps} steps: ${cause.message}`, { cause });
    }
  }
}
