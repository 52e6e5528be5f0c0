import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { StateError } from '@ouzel/core';

/** Folders that this process has locked: a process id alone does not tell two clusters of one process apart. */
const held = new Set<string>();

/** Keeps others out of a folder, by a file with the process id. A file left by a process that is gone does not count. */
export class FolderLock {
  private constructor(private readonly file: string) {}

  /** Throws OUZEL_STATE_LOCKED; `folder` is named in the error. */
  static take(file: string, folder: string): FolderLock {
    if (held.has(file) || !(create(file) || (isStale(file) && replace(file)))) {
      throw new StateError('OUZEL_STATE_LOCKED', {
        what: 'another embedded Kafka uses this folder',
        where: folder,
        help: 'Share one embedded() within a process, and give every process a folder of its own.',
      });
    }
    held.add(file);
    return new FolderLock(file);
  }

  release(): void {
    if (!held.delete(this.file)) return;
    unlinkSync(this.file);
  }
}

function create(file: string): boolean {
  try {
    const descriptor = openSync(file, 'wx');
    writeSync(descriptor, String(process.pid));
    closeSync(descriptor);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function replace(file: string): boolean {
  unlinkSync(file);
  return create(file);
}

function isStale(file: string): boolean {
  const owner = Number(readFileSync(file, 'utf8'));
  // The own process id is one that was given out again: what this process holds is known.
  if (!Number.isInteger(owner) || owner <= 0 || owner === process.pid) return true;
  try {
    process.kill(owner, 0);
    return isDead(owner);
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

/** A process that was killed keeps its id until its parent asks for it, which in a container may be never. Only Linux tells. */
function isDead(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return 'ZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
