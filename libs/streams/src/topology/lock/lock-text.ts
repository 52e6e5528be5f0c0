import { OuzelError } from '@ouzel/core';
import { lockVersion, type TopologyLock } from './topology-lock.js';

/** Returns the text of a lock file: JSON, the same for equal locks. */
export function lockText(lock: TopologyLock): string {
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/** Reads the text of a lock file. Throws OUZEL_TOPOLOGY_LOCK for anything else. `where` names the file. */
export function parseLock(text: string, where: string): TopologyLock {
  const lock = parsed(text, where);
  const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
  if (!isObject(lock) || lock['version'] !== lockVersion) throw wrongLock(`it is not a topology lock of version ${lockVersion}`, where);
  const parts = ['stores', 'repartitionTopics', 'globalStores'];
  if (!Array.isArray(lock['subTopologies']) || !parts.every((part) => isObject(lock[part])))
    throw wrongLock('parts of the topology lock are missing', where);
  return lock as unknown as TopologyLock;
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrongLock('it is not JSON', where, cause);
  }
}

function wrongLock(what: string, where: string, cause?: unknown): OuzelError {
  return new OuzelError('OUZEL_TOPOLOGY_LOCK', { what, where, help: 'Write it anew: `ouzel topology lock`.', cause });
}
