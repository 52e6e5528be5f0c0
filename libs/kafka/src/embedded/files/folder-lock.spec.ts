import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, systemClock } from '@ouzel/core';
import { FolderLock } from './folder-lock.js';

const locked = expect.objectContaining({ code: 'OUZEL_STATE_LOCKED' });
/** Only Linux tells when a process began, and which is dead and was not waited for. */
const onLinux = process.platform === 'linux' ? it : it.skip;

describe('the lock of a folder', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ouzel-lock-'));
    file = join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const take = (clock = systemClock) => FolderLock.take(file, folder, clock);
  /** Leaves a lock of another process, with what differs from one of this process. */
  const leave = (difference: object) => {
    const own = take();
    const holder = JSON.parse(readFileSync(file, 'utf8')) as object;
    own.release();
    writeFileSync(file, '');
    writeFileSync(file, JSON.stringify({ ...holder, inode: statSync(file).ino, ...difference }));
  };
  const beganOf = (pid: number) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  };

  it('is for one at a time', () => {
    const first = take();
    expect(() => take()).toThrow(locked);
    first.release();
    first.release();
    take().release();
  });

  onLinux('is kept by a process that lives, and not by one that was killed, waited for or not', async () => {
    // The parent becomes a program that never asks for its child.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
    try {
      const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(printed.toString());
      leave({ pid, began: beganOf(pid) });
      expect(() => take()).toThrow(locked);
      process.kill(pid, 'SIGKILL');
      while (!readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ')) await new Promise((resolve) => setImmediate(resolve));
      take().release();
    } finally {
      parent.kill('SIGKILL');
    }
  });

  onLinux('is not kept by a process that was given the id of another, this one included', () => {
    leave({ pid: process.ppid, began: '1' });
    take().release();
    leave({ pid: process.pid, began: '1' });
    take().release();
  });

  it('is kept by a process of another container as long as that says that it lives', () => {
    const clock = new ManualClock(Date.now());
    leave({ pid: 1, place: 'another container' });
    expect(() => take(clock)).toThrow(locked);
    clock.advance(60_000);
    take(clock).release();
  });

  it('says that its process lives until it is released', () => {
    const clock = new ManualClock(1_000_000);
    const lock = take(clock);
    clock.advance(10_000);
    expect(statSync(file).mtimeMs).toBe(1_010_000);
    lock.release();
    clock.advance(10_000);
    expect(() => statSync(file)).toThrow();
  });
});
