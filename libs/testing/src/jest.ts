// Registers the matchers in Jest: `setupFilesAfterEnv: ['@ouzel/testing/jest']`, or an import in a test file.
import { OuzelError } from '@ouzel/streams';
import { timelineMatchers } from './matchers/timeline-matchers.js';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- @types/jest declares its matchers in one.
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type -- As there.
    interface Matchers<R, T = {}> {
      /** Reads all records that are left of an output topic, and compares them with a timeline: `a@0=1 b@30s=7`. */
      toReadTimeline(timeline: string): R;
    }
  }
}

const { expect } = globalThis as { readonly expect?: { extend(matchers: typeof timelineMatchers): void } };
if (expect === undefined)
  throw new OuzelError('OUZEL_CONFIG', {
    what: 'there is no global `expect`',
    where: '@ouzel/testing/jest',
    help: 'Register `timelineMatchers` of @ouzel/testing with `expect.extend`.',
  });
expect.extend(timelineMatchers);
