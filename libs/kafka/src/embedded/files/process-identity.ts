import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Identifies a process among all others: by its id, its start time, and the scope in which the id is valid. An id alone
 * is not enough: the system uses ids again, and the first process of every container has the id 1. Only Linux has all
 * three.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** The start of the process in ticks since the start of the machine; empty when it is not known. */
  readonly began: string;
  /** Start of the machine and namespace of process ids; the name of the machine where that is not known. */
  readonly place: string;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, began: statusOf(process.pid)?.began ?? '', place: thisPlace() };
}

/**
 * Returns whether the process still runs; undefined when its id belongs to another container or machine, and this one
 * can not know. A process that was killed keeps its id until its parent asks for its exit code, which in a container
 * may never happen: it counts as not running.
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
