import type { Clock, Random } from '@ouzel/core';
import type { KafkaDriver } from '@ouzel/kafka';
import type { Meters } from '../../metrics/meters.js';
import type { Tracing } from '../../processor/tracing.js';
import type { ResolvedConfig } from '../../config/streams-config.js';
import { StateDirectory } from '../../state/directory/state-directory.js';
import type { ApplicationPlan } from '../../topology/plan.js';
import { requireTopics } from '../topics/required-topics.js';
import { createEngine, type Engine, type EngineListener } from './engine.js';
import { MemberMemory } from './member-memory.js';

export interface LaunchParts {
  readonly driver: KafkaDriver;
  readonly plan: ApplicationPlan;
  readonly config: ResolvedConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly meters: Meters;
  readonly tracing: Tracing | undefined;
  /** Whether the application is paused. */
  isPaused(): boolean;
  /** Ends waits: the launch then rejects. */
  readonly signal: AbortSignal;
}

/**
 * Opens the state directory, connects, looks for the topics, and makes an engine that does not run yet. Waits while
 * Kafka does not respond. Rejects with what is wrong with the state directory, the credentials or the topics; then only
 * the driver stays open.
 */
export async function launch(parts: LaunchParts, listener: EngineListener): Promise<Engine> {
  const { driver, plan, config, clock, random, signal } = parts;
  const { applicationId, stateDirectory, deadLetterTopic, waitForTopics, groupInstanceId, logger } = config;
  const directory = await StateDirectory.open({ root: stateDirectory, applicationId, clock, random });
  try {
    await driver.connect();
    await requireTopics({ plan, deadLetterTopic, waitMs: waitForTopics, signal }, driver.admin, clock);
    const memory = new MemberMemory({ directory, admin: driver.admin, applicationId, isStatic: groupInstanceId !== undefined, logger });
    await memory.removeDeadMember();
    const engine = createEngine({ ...parts, directory, memory }, listener);
    await engine.committer.start();
    return engine;
  } catch (thrown) {
    await directory.close();
    throw thrown;
  }
}
