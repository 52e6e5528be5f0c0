import { lstat, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { makeFolder, OuzelError, StateError, type Clock, type Random } from '@ouzel/core';
import { sumOfOffsets } from '../database/task-database.js';
import { DirectoryLock } from '../leveldb/directory-lock.js';
import { stateFailure } from '../leveldb/failure.js';
import { ownerOf, type FolderOwner } from './folder-owner.js';

export interface StateDirectoryOptions {
  /** The folder of all applications. */
  readonly root: string;
  readonly applicationId: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** The state of one task that lies on disk. */
export interface StoredTask {
  readonly fingerprint: string;
  readonly partition: number;
  /** Sum of the changelog offsets of its stores. */
  readonly offset: number;
}

/**
 * The folder of one application on this machine, for one process at a time:
 *
 *   <root>/<application id>/lock         held by the process that uses it
 *   <root>/<application id>/process-id   id of the process, uuid, kept over restarts; identity of the folder
 *   <root>/<application id>/member-id    id of the group member that the process is, or was when it died
 *   <root>/<application id>/<fingerprint>_<partition>/   the database of a task
 */
export class StateDirectory {
  private readonly open = new Set<string>();
  /**
   * Sums of the offsets of closed tasks, by folder. A folder is in use until its promise is settled: while the sum is
   * read, and while the folder is removed.
   */
  private readonly sums = new Map<string, Promise<number | undefined>>();

  private constructor(
    private readonly options: StateDirectoryOptions,
    private readonly folder: string,
    private readonly lock: DirectoryLock,
    private readonly owner: FolderOwner,
  ) {}

  /**
   * Opens the folder, or makes it. Throws StateError OUZEL_STATE_LOCKED when another process, or another client of this
   * one, uses it, OUZEL_STATE when it can not be used, and OUZEL_CONFIG for an application id that can not name a
   * folder.
   */
  static async open(options: StateDirectoryOptions): Promise<StateDirectory> {
    const folder = this.pathOf(options);
    return usable(folder, async () => {
      makeFolder(folder, 0o700);
      if ((await lstat(folder)).isSymbolicLink())
        throw new StateError('OUZEL_STATE', { what: 'the folder is a symbolic link', where: folder });
      const lock = await DirectoryLock.take(join(folder, 'lock'), folder);
      try {
        return new StateDirectory(options, folder, lock, await ownerOf(folder, options.random));
      } catch (thrown) {
        await lock.release();
        throw thrown;
      }
    });
  }

  /** Returns where the folder is. Throws OUZEL_CONFIG for an application id that can not name a folder. */
  static pathOf({ root, applicationId }: Pick<StateDirectoryOptions, 'root' | 'applicationId'>): string {
    const base = resolve(root);
    const folder = resolve(base, legal(applicationId));
    if (folder.startsWith(base + sep)) return folder;
    throw new OuzelError('OUZEL_CONFIG', { what: 'the application id leads out of the state directory', where: 'applicationId' });
  }

  /** Removes the folder with all that is in it. Throws as `open` does. */
  static async remove(options: StateDirectoryOptions): Promise<void> {
    const directory = await this.open(options);
    const { folder } = directory;
    await usable(folder, async () => {
      try {
        for (const name of await readdir(folder)) if (name !== 'lock') await rm(join(folder, name), { recursive: true, force: true });
      } finally {
        await directory.close();
      }
      await rm(folder, { recursive: true, force: true });
    });
  }

  get processId(): string {
    return this.owner.processId;
  }

  /** Returns where a task keeps its database, and counts the task as open until `taskClosed`. */
  async taskDirectory(fingerprint: string, partition: number): Promise<string> {
    const name = taskFolder(fingerprint, partition);
    this.open.add(name);
    await this.sums.get(name)?.catch(() => {});
    this.sums.delete(name);
    return join(this.folder, name);
  }

  /** Removes a task's state; the task must be closed. */
  async wipeTask(fingerprint: string, partition: number): Promise<void> {
    await this.remove(taskFolder(fingerprint, partition));
  }

  /**
   * Returns the tasks whose state lies here and is not open: what this process could take over without restoring
   * everything. Each is opened once for that.
   */
  async storedTasks(): Promise<readonly StoredTask[]> {
    const stored: StoredTask[] = [];
    for (const { name, fingerprint, partition } of await this.closedTasks()) {
      if (this.open.has(name)) continue;
      const sum = this.sums.get(name) ?? this.sumOfOffsets(name, fingerprint, partition);
      this.sums.set(name, sum);
      const offset = await sum.catch(() => undefined);
      if (offset !== undefined) stored.push({ fingerprint, partition, offset });
    }
    return stored;
  }

  /** Says that the database of a task is closed: its state counts among what lies here again. */
  taskClosed(fingerprint: string, partition: number): void {
    this.open.delete(taskFolder(fingerprint, partition));
  }

  /** Removes the state of tasks that are not open and were not for this long, ms. */
  async removeUnused(olderThanMs: number, now: number): Promise<void> {
    for (const { name } of await this.closedTasks()) {
      const path = join(this.folder, name);
      const isOld = now - (await stat(path)).mtimeMs > olderThanMs;
      if (isOld && !this.open.has(name)) await this.remove(name);
    }
  }

  /**
   * Returns the member that the last process of this folder was, where that did not leave its group: it is gone,
   * because this process has the lock. Undefined in a copy of a folder: the member that the copy names may live.
   */
  async deadMember(): Promise<string | undefined> {
    if (this.owner.isNew) return undefined;
    return (await readFile(this.memberFile, 'utf8').catch(() => '')) || undefined;
  }

  /** Notes which member of the group this process is; undefined when it has left. */
  async rememberMember(memberId: string | undefined): Promise<void> {
    if (memberId === undefined) await rm(this.memberFile, { force: true });
    else await writeFile(this.memberFile, memberId, { mode: 0o600 });
  }

  private async remove(name: string): Promise<void> {
    const path = join(this.folder, name);
    const before = this.sums.get(name) ?? Promise.resolve();
    const removed = before.then(() => usable(path, () => rm(path, { recursive: true, force: true }))).then(() => undefined);
    this.sums.set(name, removed);
    await removed;
    this.sums.delete(name);
  }

  private sumOfOffsets(name: string, fingerprint: string, partition: number): Promise<number | undefined> {
    const { applicationId, clock } = this.options;
    return sumOfOffsets(join(this.folder, name), { applicationId, fingerprint, partition }, () => clock.turn());
  }

  private get memberFile(): string {
    return join(this.folder, 'member-id');
  }

  private async closedTasks(): Promise<{ readonly name: string; readonly fingerprint: string; readonly partition: number }[]> {
    const names = await usable(this.folder, () => readdir(this.folder));
    return names.flatMap((name) => {
      const parts = /^([A-Za-z0-9.-]+)_(\d+)$/.exec(name);
      return parts === null || this.open.has(name) ? [] : [{ name, fingerprint: parts[1]!, partition: Number(parts[2]) }];
    });
  }

  async close(): Promise<void> {
    await this.lock.release();
  }
}

function taskFolder(fingerprint: string, partition: number): string {
  return `${legal(fingerprint)}_${partition}`;
}

function legal(name: string): string {
  if (!/^[A-Za-z0-9._-]{1,200}$/.test(name) || /^\.+$/.test(name))
    throw new OuzelError('OUZEL_CONFIG', {
      what: `"${name}" can not name a folder`,
      help: 'Use 1 to 200 of the characters a-z, A-Z, 0-9, ".", "_", "-".',
    });
  return name;
}

/** Lets the errors of the operating system say what is wrong with the folder, and what would help. */
async function usable<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof OuzelError) throw thrown;
    const failure = stateFailure(thrown, folder);
    if (failure.code !== 'OUZEL_STATE_CORRUPT') throw failure;
    throw new StateError('OUZEL_STATE', {
      what: `the state directory can not be used: ${failure.what}`,
      where: folder,
      help: 'Let `stateDirectory` name a folder that this process may write to.',
      cause: thrown,
    });
  }
}
