import { OuzelError } from '@ouzel/streams';
import { recordsOf } from '../driver/timeline.js';
import { TestOutputTopic } from '../driver/test-output-topic.js';

/** The part of a matcher's `this` that Jest and Vitest have in common. */
export interface MatcherContext {
  readonly utils: { diff(expected: unknown, received: unknown): string | null | undefined };
}
/** What a matcher returns to Jest or Vitest. */
export interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

/**
 * Matchers for `expect.extend` of Jest and of Vitest. `@ouzel/testing/jest` and `@ouzel/testing/vitest` register them,
 * with their types.
 */
export const timelineMatchers = {
  /**
   * Reads all records that are left of an output topic, and compares them with a timeline: `a@0=1 b@30s=7 a@[0,1m)=2`.
   * Line breaks and the units of times make no difference.
   */
  toReadTimeline(this: MatcherContext, received: unknown, timeline: string): MatcherResult {
    if (!(received instanceof TestOutputTopic))
      throw new OuzelError('OUZEL_CONFIG', { what: 'the received value is no output topic of a test driver', where: 'toReadTimeline' });
    const expected = recordsOf(timeline);
    const found = recordsOf(received.readTimeline());
    const pass = expected.length === found.length && expected.every((record, i) => record === found[i]);
    return {
      pass,
      message: () =>
        pass
          ? `topic "${received.topic}" has this timeline:\n\n${found.join('\n')}`
          : `topic "${received.topic}" has another timeline:\n\n${this.utils.diff(expected.join('\n'), found.join('\n')) ?? ''}`,
    };
  },
};
