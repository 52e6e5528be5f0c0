import type { ApplicationStatus } from '@ouzel/streams';

export interface Probe {
  readonly isUp: boolean;
  /** Why the probe fails, or what a person should know although it passes; null when there is nothing to say. */
  readonly reason: string | null;
}

/** The questions of an orchestrator: has the client begun, would a restart help, can it take traffic. */
export interface Probes {
  readonly startup: Probe;
  readonly live: Probe;
  readonly ready: Probe;
}

export interface ProbeOptions {
  /** Epoch ms. */
  readonly now: number;
  /** How long a restore may stand still before a restart is worth a try, ms. */
  readonly stallTimeout: number;
}

/**
 * How long connecting and joining may take before startup passes all the same, ms. Readiness waits on, and readiness
 * does not kill.
 */
const connectGrace = 30_000;

const up: Probe = { isUp: true, reason: null };
const down = (reason: string): Probe => ({ isUp: false, reason });

/**
 * Judges a client. A restart does not bring a broker back, and makes a restore begin again, so neither fails liveness.
 * A loop that no longer turns, user code that does not come back, a restore that stands still while Kafka responds, and
 * a client in ERROR fail it.
 */
export function probesOf(status: ApplicationStatus, { now, stallTimeout }: ProbeOptions): Probes {
  const live = liveness(status, now, stallTimeout);
  return { live, ready: live.isUp ? readiness(status) : live, startup: startup(status, now) };
}

function liveness(
  { state, failure, sinceLoopTurn, maxPollInterval, restore, connectivity, hanging }: ApplicationStatus,
  now: number,
  stallTimeout: number,
): Probe {
  if (state === 'ERROR' || state === 'PENDING_ERROR') return down(failure?.message ?? 'the client failed');
  if (sinceLoopTurn > maxPollInterval) return down(`the loop made no turn for ${seconds(sinceLoopTurn)}`);
  if (hanging.length > 0) return down(hanging.map(({ description }) => description).join('; '));
  const still = restore.remaining > 0 && restore.lastProgressAt !== null ? now - restore.lastProgressAt : 0;
  if (still > stallTimeout && connectivity.connected) return down(`the restore stands still for ${seconds(still)}`);
  return up;
}

function readiness(status: ApplicationStatus): Probe {
  const { state, connectivity, restore, tasks } = status;
  const inputs = remarkableInputs(status);
  if (state === 'CREATED') return down('not started');
  if (state === 'PENDING_SHUTDOWN') return down('closing');
  if (state === 'NOT_RUNNING') return down('closed');
  if (!connectivity.connected)
    return down(connectivity.failure === null ? 'connecting to Kafka' : `Kafka does not respond: ${connectivity.failure}`);
  if (state === 'RUNNING') return { isUp: true, reason: inputs };
  if (restore.remaining > 0)
    return down(`restoring: ${Math.floor((100 * restore.restored) / restore.total)} % of ${restore.total}, ${restore.remaining} left`);
  return down(inputs ?? (tasks.length === 0 ? 'joining the group' : 'tasks are being shared out'));
}

/**
 * Returns what a person should know of the inputs although the client does its part: another instance, or a topic, is
 * missing. Null when there is nothing.
 */
function remarkableInputs({ patternsWithoutTopic, unprocessed }: ApplicationStatus): string | null {
  const reasons = [
    ...patternsWithoutTopic.map((pattern) => `waiting for a topic that matches ${pattern}`),
    ...unprocessed.map(({ topic, partitions, reason }) => `no instance processes ${topic} [${partitions.join(', ')}]: ${reason}`),
  ];
  return reasons.length === 0 ? null : reasons.join('; ');
}

function startup({ state, stateSince, generation }: ApplicationStatus, now: number): Probe {
  if (state === 'CREATED') return down('not started');
  if (state === 'ERROR' || state === 'PENDING_ERROR') return down('the client failed');
  if (generation !== null || now - stateSince > connectGrace) return up;
  return down('connecting to Kafka');
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
