import {
  chmodSync,
  closeSync,
  cpSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** The files that a kind of damage is done to. */
export interface Place {
  /** Folders of two tasks. */
  readonly tasks: readonly [string, string];
  /** The same folders as they were some time before. */
  readonly before: readonly [string, string];
  /** The next random number, in [0, 1). */
  random(): number;
}

type Damage = (place: Place) => void;

const pageSize = 4_096;
const table = /\.ldb$/;
const log = /\.log$/;
const manifest = /^MANIFEST-/;
const any = /./;

/** Kinds of damage to the local state of a task, as disks, people and other programs do it. */
export const kinds = {
  'a bit of a table flips': flip(table),
  'a bit of the log flips': flip(log),
  'a bit of the manifest flips': flip(manifest),
  'a bit of the text log flips': flip(/^LOG$/),
  'a bit of CURRENT flips': flip(/^CURRENT$/),
  'a table is cut to half': cut(table, (size) => size / 2),
  'a table is cut to nothing': cut(table, () => 0),
  'a file is cut somewhere': cut(any, (size, random) => size * random()),
  'a file is deleted': (place) => rmSync(fileOf(place, any)),
  'two tasks have swapped a file': swap,
  'the folder is as it was before': ({ tasks, before }) => {
    rmSync(tasks[0], { recursive: true });
    cpSync(before[0], tasks[0], { recursive: true });
  },
  'a page of a file is zero': (place) => {
    const file = fileOf(place, any);
    const at = Math.floor((place.random() * statSync(file).size) / pageSize) * pageSize;
    overwrite(file, at, Buffer.alloc(Math.min(pageSize, statSync(file).size - at)));
  },
  'a file stands where the folder was': ({ tasks: [folder] }) => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file');
  },
  'the folder may not be read': ({ tasks: [folder] }) => chmodSync(folder, 0o000),
} satisfies Readonly<Record<string, Damage>>;

export type Kind = keyof typeof kinds;

/** Those that may also happen to a database that is open. */
export const kindsWhileRunning: readonly Kind[] = [
  'a bit of a table flips',
  'a bit of the log flips',
  'a table is cut to half',
  'a table is cut to nothing',
  'a file is deleted',
  'a page of a file is zero',
];

function flip(pattern: RegExp): Damage {
  return (place) => {
    const file = fileOf(place, pattern);
    const at = Math.floor(place.random() * statSync(file).size);
    overwrite(file, at, Buffer.from([readFileSync(file)[at]! ^ (1 << Math.floor(place.random() * 8))]));
  };
}

function cut(pattern: RegExp, sizeAfter: (size: number, random: () => number) => number): Damage {
  return (place) => {
    const file = fileOf(place, pattern);
    truncateSync(file, Math.floor(sizeAfter(statSync(file).size, () => place.random())));
  };
}

/** Two files of one name, as often as both tasks have one. */
function swap({ tasks: [one, other], random }: Place): void {
  const shared = filesIn(one).filter((name) => filesIn(other).includes(name));
  const name = shared[Math.floor(random() * shared.length)]!;
  renameSync(join(one, name), join(one, 'aside'));
  renameSync(join(other, name), join(one, name));
  renameSync(join(one, 'aside'), join(other, name));
}

/** A file of the first task that is not empty. */
function fileOf({ tasks: [folder], random }: Place, pattern: RegExp): string {
  const names = filesIn(folder).filter((name) => pattern.test(name) && statSync(join(folder, name)).size > 0);
  return join(folder, names[Math.floor(random() * names.length)]!);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).sort();
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, bytes, 0, bytes.length, at);
  closeSync(descriptor);
}
