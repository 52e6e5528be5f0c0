import { readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Random } from '@ouzel/core';

/** The instance that a state folder belongs to. */
export interface FolderOwner {
  /** uuid, kept over restarts. */
  readonly processId: string;
  /** True where no process had this folder before: it is empty, or a copy of another. */
  readonly isNew: boolean;
}

/**
 * Returns the owner that the folder names, or gives it one. File `process-id`:
 *
 *   process id | line feed | identity of the folder | line feed
 */
export async function ownerOf(folder: string, random: Random): Promise<FolderOwner> {
  const path = join(folder, 'process-id');
  const identity = await identityOf(folder);
  const [id = '', ofFolder] = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  if (/^[0-9a-f-]{36}$/.test(id) && ofFolder === identity) return { processId: id, isNew: false };
  const processId = random.uuid();
  await writeFile(path, `${processId}\n${identity}\n`, { mode: 0o600 });
  return { processId, isNew: true };
}

/**
 * Returns a text that is the same as long as this is the same folder on the same machine since its start. A copy of the
 * folder is another folder, and a cloned volume is on another device or on another machine: neither has the text of the
 * folder that it was made from.
 */
async function identityOf(folder: string): Promise<string> {
  const { dev, ino } = await stat(folder, { bigint: true });
  return `${await machine()} ${dev} ${ino}`;
}

/** Containers come and go with new host names, but share the boot id of their machine. Only Linux has one. */
async function machine(): Promise<string> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  } catch {
    return hostname();
  }
}
