import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { StateError } from '@ouzel/core';
import { stateFailure } from './failure.js';

/** Processes that start together may remove what is damaged under each other's hands. */
const mostAttempts = 5;

/**
 * Keeps other processes out of a folder: LevelDB's lock on a file of its own (fcntl). The operating system gives it
 * back however the process dies; it holds between containers that share a volume, knows no process ids, and a copy of
 * the folder does not carry it. The database behind it stays empty.
 */
export class DirectoryLock {
  private constructor(private readonly db: Level) {}

  /**
   * Takes the lock, in a folder that is made for it. `folder` is named in errors. Throws StateError OUZEL_STATE_LOCKED
   * when another process, or another part of this one, has the lock, and OUZEL_STATE when the folder can not be used.
   */
  static async take(location: string, folder: string): Promise<DirectoryLock> {
    for (let attempt = 1; ; attempt++) {
      try {
        if (attempt > 1) await removeDatabase(location);
        return await this.open(location);
      } catch (thrown) {
        const failure = stateFailure(thrown, folder);
        if (failure.code !== 'OUZEL_STATE_CORRUPT' || attempt === mostAttempts) throw this.named(failure);
      }
    }
  }

  private static async open(location: string): Promise<DirectoryLock> {
    const db = new Level(location);
    await db.open();
    return new DirectoryLock(db);
  }

  private static named({ code, what, where, help, cause }: StateError): StateError {
    const parts = { ...(where === undefined ? {} : { where }), ...(help === undefined ? {} : { help }), cause };
    if (code === 'OUZEL_STATE_LOCKED') return new StateError(code, { what: 'another instance uses this state directory', ...parts });
    return new StateError('OUZEL_STATE', {
      what: code === 'OUZEL_STATE_CORRUPT' ? `the state directory can not be locked: ${what}` : what,
      ...parts,
    });
  }

  async release(): Promise<void> {
    await this.db.close();
  }
}

/**
 * Removes what may be damaged. The file that is locked stays: a process that has the lock at this moment still has it
 * then, and another one finds it locked.
 */
async function removeDatabase(location: string): Promise<void> {
  if (!(await lstat(location)).isDirectory()) return rm(location);
  for (const entry of await readdir(location, { withFileTypes: true })) {
    const isLock = entry.name === 'LOCK' && entry.isFile();
    if (!isLock) await rm(join(location, entry.name), { recursive: true, force: true });
  }
}
