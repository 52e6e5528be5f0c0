import { lstat, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { type Clock, type Random, OuzelError, StateError } from '@ouzel/core';
import { sumOfOffsets } from '../database/task-database.js';
import { DirectoryLock } from '../leveldb/directory-lock.js';

export interface StateDirectoryOptions {
  /** Folder of all applications. */
  readonly root: string;
  readonly applicationId: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** What lies on disk of one task. */
export interface StoredTask {
  readonly fingerprint: string;
  readonly partition: number;
  /** Sum of the changelog offsets of its stores. */
  readonly offset: number;
}

/**
 * The folder of one application on this machine, for one process at a time:
 *
 *   <root>/<application id>/lock            held by the process that uses it
 *   <root>/<application id>/process-id      uuid, kept over restarts, so that an instance is known again
 *   <root>/<application id>/member-id       of the group member that this folder's process is, or was when it died
 *   <root>/<application id>/<fingerprint>_<partition>/   the database of a task
 */
export class StateDirectory {
  private readonly open = new Set<string>();
  /** Of closed tasks that were looked at: nobody else can change them. */
  private readonly offsets = new Map<string, number>();

  private constructor(
    private readonly options: StateDirectoryOptions,
    private readonly folder: string,
    private readonly lock: DirectoryLock,
    readonly processId: string,
  ) {}

  /** Throws StateError OUZEL_STATE_LOCKED when another process, or another client of this one, uses the folder. */
  static async open(options: StateDirectoryOptions): Promise<StateDirectory> {
    const { root, applicationId, random } = options;
    const base = resolve(root);
    const folder = resolve(base, legal(applicationId));
    if (!folder.startsWith(base + sep))
      throw new OuzelError('OUZEL_CONFIG', { what: 'the application id leads out of the state directory', where: 'applicationId' });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await lstat(folder)).isSymbolicLink())
      throw new StateError('OUZEL_STATE', { what: 'the folder is a symbolic link', where: folder });
    const lock = await DirectoryLock.take(join(folder, 'lock'), folder);
    return new StateDirectory(options, folder, lock, await processIdOf(join(folder, 'process-id'), random));
  }

  /** Where a task keeps its database. */
  async taskDirectory(fingerprint: string, partition: number): Promise<string> {
    const name = taskFolder(fingerprint, partition);
    this.open.add(name);
    this.offsets.delete(name);
    await Promise.resolve();
    return join(this.folder, name);
  }

  /** Removes a task's state; the task must be closed. */
  async wipeTask(fingerprint: string, partition: number): Promise<void> {
    this.offsets.delete(taskFolder(fingerprint, partition));
    await rm(join(this.folder, taskFolder(fingerprint, partition)), { recursive: true, force: true });
  }

  /** Tasks whose state lies here and that this process has not opened: what it could take over without restoring everything. Each is looked at once. */
  async storedTasks(): Promise<readonly StoredTask[]> {
    const stored: StoredTask[] = [];
    for (const { name, fingerprint, partition } of await this.closedTasks()) {
      const offset = this.offsets.get(name) ?? (await this.sumOfOffsets(name, fingerprint, partition));
      if (offset === undefined) continue;
      this.offsets.set(name, offset);
      stored.push({ fingerprint, partition, offset });
    }
    return stored;
  }

  /** The task's database is closed: its state counts among what lies here again. */
  taskClosed(fingerprint: string, partition: number): void {
    this.open.delete(taskFolder(fingerprint, partition));
  }

  /** Removes state of tasks that this process does not have and that nobody opened for this long, ms. */
  async removeUnused(olderThanMs: number, now: number): Promise<void> {
    for (const { name } of await this.closedTasks()) {
      const path = join(this.folder, name);
      if (now - (await stat(path)).mtimeMs > olderThanMs) await rm(path, { recursive: true, force: true });
    }
  }

  /** The member that the last process was, where that did not leave its group. Whoever holds the lock knows that it is gone. */
  async deadMember(): Promise<string | undefined> {
    return (await readFile(this.memberFile, 'utf8').catch(() => '')) || undefined;
  }

  /** Notes which member this process is; undefined: none any more. */
  async rememberMember(memberId: string | undefined): Promise<void> {
    if (memberId === undefined) await rm(this.memberFile, { force: true });
    else await writeFile(this.memberFile, memberId, { mode: 0o600 });
  }

  private sumOfOffsets(name: string, fingerprint: string, partition: number): Promise<number | undefined> {
    const { applicationId, clock } = this.options;
    return sumOfOffsets(join(this.folder, name), { applicationId, fingerprint, partition }, () => clock.turn());
  }

  private get memberFile(): string {
    return join(this.folder, 'member-id');
  }

  private async closedTasks(): Promise<{ readonly name: string; readonly fingerprint: string; readonly partition: number }[]> {
    return (await readdir(this.folder)).flatMap((name) => {
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

async function processIdOf(path: string, random: Random): Promise<string> {
  const known = await readFile(path, 'utf8').catch(() => '');
  if (/^[0-9a-f-]{36}$/.test(known)) return known;
  const id = random.uuid();
  await writeFile(path, id, { mode: 0o600 });
  return id;
}
