import { readFile } from 'node:fs/promises';
import { FaultsError, OuzelError } from '@ouzel/core';
import { checkedApplication } from './checked-application.js';
import type { StreamsConfig } from './config/streams-config.js';
import type { Topology } from './dsl/topology.js';
import { compareLocks, lockOf, parseLock, type TopologyLock } from './topology/lock/index.js';
import type { ApplicationPlan } from './topology/plan.js';

/**
 * Returns the lock of a topology: the names and bytes of what it keeps in Kafka and on disk. Does no I/O. Throws what
 * `new KafkaStreams` throws.
 *
 * @example
 * ```ts
 * const changes = compareLocks(parseLock(text, 'topology.lock.json'), topologyLock(topology, config));
 * const orphans = changes.filter(({ effect }) => effect === 'orphans');
 * ```
 */
export function topologyLock(topology: Topology, config: StreamsConfig): TopologyLock {
  return lockOf(checkedApplication(topology, config).plan);
}

/**
 * Compares a plan with the lock in a file. Throws OUZEL_TOPOLOGY_LOCK where the plan would orphan state or records of
 * internal topics, and where the file can not be read.
 */
export async function requireLocked(plan: ApplicationPlan, file: string): Promise<void> {
  const orphans = compareLocks(await lockIn(file), lockOf(plan)).filter(({ effect }) => effect === 'orphans');
  if (orphans.length === 0) return;
  throw new FaultsError(
    'OUZEL_TOPOLOGY_LOCK',
    orphans.map(({ where, what, choices }) => ({ where, what, help: `Choices: ${choices.join('; or ')}` })),
  );
}

async function lockIn(file: string): Promise<TopologyLock> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const help = 'Write it with `ouzel topology lock`, and ship it with the application.';
    throw new OuzelError('OUZEL_TOPOLOGY_LOCK', { what: 'the topology lock can not be read', where: file, help, cause });
  }
  return parseLock(text, file);
}
