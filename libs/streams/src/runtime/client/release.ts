import { asError, type Logger } from '@ouzel/core';
import type { MembershipAtEnd } from '@ouzel/kafka';
import type { Engine } from './engine.js';

/**
 * 'clean' commits before it closes. 'dirty' does not; it waits a moment for what was sent, which may
 * be dead letters.
 */
export type Release = 'clean' | 'dirty';

/**
 * Closes the parts of an engine from the outside in: the loop, the tasks, the membership, the producer, the state.
 * Every step is tried; failures are logged. User code that is at work is waited for until `patience` is aborted.
 */
export async function release(
  engine: Engine,
  how: Release,
  membership: MembershipAtEnd,
  logger: Logger,
  patience: AbortSignal,
): Promise<void> {
  const step = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (thrown) {
      logger.warn(`${what} did not close cleanly: ${asError(thrown).message}`);
    }
  };
  const isClean = how === 'clean';
  engine.session.stop();
  engine.watch.stop();
  engine.cleaner.stop();
  await step('the loop', () => engine.loop.stop());
  await step('tasks', () => (isClean ? engine.tasks.releaseAll(patience) : engine.tasks.lose(patience)));
  await step('the group membership', () =>
    engine.member.stop({ membership, reason: isClean ? 'the client was closed' : 'the client failed' }),
  );
  // The next process of this folder removes a membership that remains: it does not wait for its end.
  if (membership !== 'remain') await step('the member id', () => engine.directory.rememberMember(undefined));
  await step('standby tasks', () => engine.standbys.close());
  await step('global stores', async () => engine.global?.stop(patience));
  await step('the reader', () => engine.reader.close());
  await step('the fetcher', () => engine.fetcher.close());
  await step('the producer', () => engine.producer.close(isClean ? 10_000 : 1_000));
  await step('the state directory', () => engine.directory.close());
}
