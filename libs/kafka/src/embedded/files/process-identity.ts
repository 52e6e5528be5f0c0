import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * What tells this process from all others: its id, when it began, and where that id is valid. Ids are given out again,
 * and in containers everyone is number 1. Only Linux tells all of it.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** In ticks since the start of the machine; empty where that is not known. */
  readonly began: string;
  /** Start of the machine and namespace of process ids; the name of the machine where that is not known. */
  readonly place: string;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, began: statusOf(process.pid)?.began ?? '', place: thisPlace() };
}

/**
 * Returns whether the process still runs; undefined where nobody here can tell, because its id is of another container
 * or machine. A process that was killed keeps its id until its parent asks for it, which in a container may be never:
 * it does not run.
 */
export function isRunning({ pid, began, place }: ProcessIdentity): boolean | undefined {
  if (place !== thisPlace()) return undefined;
  if (began === '') return pid !== process.pid && hasId(pid);
  const status = statusOf(pid);
  return status !== undefined && status.began === began && !status.isDead;
}

function thisPlace(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/**
 * From /proc/PID/stat: behind the name in brackets come the state, and as the 20th field from there the time at which
 * the process began.
 */
function statusOf(pid: number): { readonly began: string; readonly isDead: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { began: fields[19]!, isDead: 'ZX'.includes(fields[0]!) };
  } catch {
    return undefined;
  }
}

function hasId(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
