// Registers the matchers in Vitest: `setupFiles: ['@ouzel/testing/vitest']`, or an import in a test file.
import { expect } from 'vitest';
import { timelineMatchers } from './matchers/timeline-matchers.js';

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- The declarations must have the same parameters.
  interface Matchers<T> {
    /** Reads all records that are left of an output topic, and compares them with a timeline: `a@0=1 b@30s=7`. */
    toReadTimeline(timeline: string): void;
  }
}

expect.extend(timelineMatchers);
