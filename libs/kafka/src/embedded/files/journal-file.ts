import type { Journal, JournalEntry } from '../journal.js';
import { AppendFile } from './append-file.js';

const leastBytes = 1024 * 1024;

/**
 * A journal in a file, one line of JSON per entry. When the file has four times the lines that the present state needs,
 * it is replaced by that state. Nothing is written before `begin`.
 */
export class JournalFile implements Journal {
  private readonly file: AppendFile;
  private snapshot: (() => Iterable<JournalEntry>) | undefined;
  private limit = 0;

  constructor(path: string) {
    this.file = new AppendFile(path);
  }

  /** Returns the entries. A last line that was cut off is left out. */
  read(): JournalEntry[] {
    const entries: JournalEntry[] = [];
    for (const line of this.file.read().toString('utf8').split('\n')) {
      try {
        if (line !== '') entries.push(JSON.parse(line) as JournalEntry);
      } catch {
        break;
      }
    }
    return entries;
  }

  /** Writes from now on, beginning with the present state. */
  begin(snapshot: () => Iterable<JournalEntry>): void {
    this.snapshot = snapshot;
    this.rewrite(snapshot());
  }

  write(entry: JournalEntry): void {
    if (this.snapshot === undefined) return;
    this.file.append(lineOf(entry));
  }

  /** Begins anew when the file has grown enough. Call it between two requests, where the state is complete. */
  trim(): void {
    if (this.snapshot !== undefined && this.file.size > this.limit) this.rewrite(this.snapshot());
  }

  close(): void {
    this.file.close();
  }

  private rewrite(entries: Iterable<JournalEntry>): void {
    this.file.replace([...entries].map(lineOf));
    this.limit = Math.max(leastBytes, 4 * this.file.size);
  }
}

function lineOf(entry: JournalEntry): Buffer {
  return Buffer.from(`${JSON.stringify(entry)}\n`);
}
