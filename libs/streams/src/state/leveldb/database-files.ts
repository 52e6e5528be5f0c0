import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Damage } from './damage.js';
import { liveFiles } from './manifest.js';
import { logRecords } from './log-records.js';
import { checkTable } from './table-check.js';

/**
 * File of a database's folder where this process notes what it knows of the others. LevelDB leaves names alone that it
 * does not know.
 */
const notesFile = 'checked.json';
/** An opening that ends the process is tried once more: a process may be killed at any moment. */
const mostUnfinished = 2;

/**
 * Properties of a file in the operating system, which stay equal until the file is written. A copy has another inode
 * and another time of change.
 */
type Fingerprint = readonly [size: string, inode: string, changed: string];

interface Notes {
  /** Openings by LevelDB that began and did not end. */
  readonly unfinished: number;
  /** Tables whose checksums were right, by name, with what they were like. */
  readonly sound: Readonly<Record<string, Fingerprint>>;
}

/**
 * The files of a closed database. LevelDB reads damaged tables without an error, or ends the process in an assertion,
 * and its own checks can not be turned on from Node. So all checksums are checked here before LevelDB opens a database:
 * of the manifest, of the logs, and of each table that was written or changed since its last check.
 */
export class DatabaseFiles {
  private sound: Readonly<Record<string, Fingerprint>> = {};
  private unfinished = 0;

  constructor(
    private readonly location: string,
    private readonly isOwn: (key: Buffer, value: Buffer) => boolean,
    /** Resolves when others had their turn. */
    private readonly turn: () => Promise<void>,
  ) {}

  /**
   * Returns whether there is nothing to lose here: no folder, or one whose database was about to be made for the first
   * time when the process ended. A database that was ever used has a log, and a manifest with a higher number.
   */
  async isNew(): Promise<boolean> {
    const names = await readdir(this.location).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return [];
      throw thrown;
    });
    return names.every((name) => !/^(CURRENT|MANIFEST-.*|.*\.(ldb|log))$/.test(name) || name === 'MANIFEST-000001');
  }

  /**
   * Rejects with Damage where a file is missing, damaged or of another database, and where LevelDB ended the process at
   * the last openings.
   */
  async check(): Promise<void> {
    const notes = await this.notes();
    this.unfinished = notes.unfinished;
    if (this.unfinished >= mostUnfinished) throw new Damage(`the last ${this.unfinished} attempts to open it ended the process`);
    const current = /^(MANIFEST-\d+)\n$/.exec((await this.read('CURRENT')).toString('latin1'))?.[1];
    if (current === undefined) throw new Damage('CURRENT is damaged');
    const { tables, firstLog } = liveFiles(await this.read(current), current);
    if (firstLog > 0) {
      const name = fileName(firstLog, 'log');
      logRecords(await this.read(name), name);
    }
    const sound: Record<string, Fingerprint> = {};
    for (const [number, size] of tables) {
      const name = fileName(number, 'ldb');
      sound[name] = await this.checkTable(name, size, notes.sound[name]);
      await this.turn();
    }
    this.sound = sound;
  }

  /** LevelDB is about to open the database. */
  async opening(): Promise<void> {
    await this.note(this.unfinished + 1);
  }

  /** LevelDB has opened the database, or has said why it can not. */
  async opened(): Promise<void> {
    await this.note(0);
  }

  private async checkTable(name: string, size: number, before: Fingerprint | undefined): Promise<Fingerprint> {
    const now = await this.fingerprint(name);
    if (before !== undefined && before.join() === now.join()) return now;
    const bytes = await this.read(name);
    if (bytes.length !== size) throw new Damage(`${name} has ${bytes.length} of ${size} bytes`);
    checkTable(bytes, name, this.isOwn);
    return now;
  }

  private async fingerprint(name: string): Promise<Fingerprint> {
    const { size, ino, ctimeNs } = await ofFile(name, () => stat(join(this.location, name), { bigint: true }));
    return [String(size), String(ino), String(ctimeNs)];
  }

  private read(name: string): Promise<Buffer> {
    return ofFile(name, () => readFile(join(this.location, name)));
  }

  private async note(unfinished: number): Promise<void> {
    const notes: Notes = { unfinished, sound: this.sound };
    await writeFile(join(this.location, notesFile), JSON.stringify(notes), { mode: 0o600 });
  }

  /** Reads the notes. Returns none when they can not be read. */
  private async notes(): Promise<Notes> {
    try {
      const { unfinished, sound } = JSON.parse(await readFile(join(this.location, notesFile), 'utf8')) as Partial<Notes>;
      return { unfinished: Number(unfinished) || 0, sound: sound ?? {} };
    } catch {
      return { unfinished: 0, sound: {} };
    }
  }
}

function fileName(number: number, ending: 'ldb' | 'log'): string {
  return `${String(number).padStart(6, '0')}.${ending}`;
}

/** Rejects with Damage where the file is not there, or is no file. */
async function ofFile<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new Damage(`${name} is missing`);
    if (code === 'EISDIR') throw new Damage(`${name} is a folder`);
    throw thrown;
  }
}
