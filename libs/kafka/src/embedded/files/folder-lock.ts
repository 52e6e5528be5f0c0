import { existsSync, linkSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { StateError, type Cancel, type Clock } from '@ouzel/core';
import { isRunning, thisProcess, type ProcessIdentity } from './process-identity.js';

/**
 * The holder touches the file at this interval. A process that can not see the holder, because it runs on another
 * machine or in another container, takes the lock for free when the file was not touched for the second time.
 */
const beatMs = 1_000;
const silenceMs = 5_000;

/** Folders that this process has locked. Two clusters of one process have the same identity. */
const held = new Set<string>();

/** The content of a lock's file. */
interface Holder extends ProcessIdentity {
  /** The inode of the file itself. A copy of the folder has another one. */
  readonly inode: number;
}

/**
 * Keeps other processes out of a folder, by a file that names the process that holds it. The lock is free when that
 * process is gone. On the same machine and in the same container this can be seen; elsewhere the lock is held as long
 * as the holder touches the file. In a copy of the folder the lock is free.
 */
export class FolderLock {
  private cancelBeat: Cancel = () => {};

  private constructor(
    private readonly file: string,
    private readonly clock: Clock,
  ) {
    this.beat();
  }

  /** Takes the lock. Throws OUZEL_STATE_LOCKED, which names the folder, when another process holds it. */
  static take(file: string, folder: string, clock: Clock): FolderLock {
    if (held.has(file) || !(create(file) || replaceStale(file, clock.now()))) {
      throw new StateError('OUZEL_STATE_LOCKED', {
        what: 'another embedded Kafka uses this folder',
        where: folder,
        help: 'Share one embedded() within a process, and give every process a folder of its own.',
      });
    }
    held.add(file);
    return new FolderLock(file, clock);
  }

  release(): void {
    if (!held.delete(this.file)) return;
    this.cancelBeat();
    rmSync(this.file, { force: true });
  }

  private beat(): void {
    const now = this.clock.now() / 1_000;
    // A file that was removed by hand is no lock any more.
    if (existsSync(this.file)) utimesSync(this.file, now, now);
    this.cancelBeat = this.clock.schedule(beatMs, () => this.beat());
  }
}

/** Creates the file together with its content. Returns false where there is one. */
function create(file: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, '');
  const holder: Holder = { ...thisProcess(), inode: statSync(draft).ino };
  writeFileSync(draft, JSON.stringify(holder));
  try {
    linkSync(draft, file);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  } finally {
    unlinkSync(draft);
  }
}

/** Takes the lock from a holder that is gone. Returns false when it still runs, and when another process was faster. */
function replaceStale(file: string, now: number): boolean {
  const stale = readFileSync(file, 'utf8');
  if (!isStale(stale, file, now)) return false;
  const aside = `${file}.${process.pid}`;
  renameSync(file, aside);
  const isSame = readFileSync(aside, 'utf8') === stale;
  if (!isSame) linkSync(aside, file);
  unlinkSync(aside);
  return isSame && create(file);
}

function isStale(text: string, file: string, now: number): boolean {
  const holder = holderIn(text);
  const { ino, mtimeMs } = statSync(file);
  if (holder === undefined || holder.inode !== ino) return true;
  const isAlive = isRunning(holder) ?? Math.abs(now - mtimeMs) < silenceMs;
  return !isAlive;
}

function holderIn(text: string): Holder | undefined {
  try {
    const { pid, began, place, inode } = JSON.parse(text) as Partial<Holder>;
    const isWhole = Number.isInteger(pid) && typeof began === 'string' && typeof place === 'string' && typeof inode === 'number';
    return isWhole ? { pid: pid!, began, place, inode } : undefined;
  } catch {
    return undefined;
  }
}
