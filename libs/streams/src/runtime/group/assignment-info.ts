import type { Fault } from '@ouzel/core';
import type { TaskKey } from './task-key.js';
import {
  countIn,
  countsIn,
  decodeUserData,
  encodeUserData,
  entriesIn,
  isRecord,
  recordsIn,
  serverIn,
  textIn,
  type UserData,
} from './user-data.js';

/** A member of the group, and the address that it has published. */
export interface GroupInstance {
  readonly memberId: string;
  readonly server: string | null;
}

/** The member that runs a task, or has a copy of its state. */
export interface TaskOwner extends TaskKey, GroupInstance {}

/** A standby task that a member gets. */
export interface StandbyKey extends TaskKey {
  /** The number of the replica, from 0; null for a warm-up: the task moves to this member once its state is there. */
  readonly replica: number | null;
}

/** Why the leader gives a member no tasks. A leader of the first version sends no faults. */
export interface AssignmentError {
  readonly code: string;
  readonly what: string;
  readonly faults: readonly Fault[];
}

/** The user data of an assignment, which the leader sends to a member. */
export interface AssignmentInfo {
  readonly active: readonly TaskKey[];
  /** A leader of an earlier version gives none. */
  readonly standby: readonly StandbyKey[];
  /** How long the member waits before it asks for a probing rebalance (KIP-441), ms; null when it need not ask. */
  readonly probeAfterMs: number | null;
  readonly owners: readonly TaskOwner[];
  /** The members that have standby tasks. A leader of an earlier version gives none. */
  readonly copies: readonly TaskOwner[];
  /** All members, those without tasks too. A leader of an earlier version gives those that own tasks. */
  readonly members: readonly GroupInstance[];
  /** Partition counts of all source topics of the group, by topic. */
  readonly partitions: Readonly<Record<string, number>>;
  /** Input partitions that no member can process, by topic. */
  readonly unprocessed: Readonly<Record<string, readonly number[]>>;
  readonly error: AssignmentError | null;
}

export const noTasks: AssignmentInfo = {
  active: [],
  standby: [],
  probeAfterMs: null,
  owners: [],
  copies: [],
  members: [],
  partitions: {},
  unprocessed: {},
  error: null,
};

/**
 * Each member gets the owners of all tasks, so they are written in a short form, `hosts`: `members` lists id and
 * server, and `tasks` has for each fingerprint the indexes of the owners in the order of the partitions, -1 where there
 * is none. `copies` has lists of indexes in their place, one for each partition. The first version lists owners one by
 * one, as `owners`; its members can not read `hosts`.
 */
export function encodeAssignment({ owners, copies, members: all, ...info }: AssignmentInfo): Buffer {
  const members: [memberId: string, server: string | null][] = [];
  const indexes = new Map<string, number>();
  const indexOf = ({ memberId, server }: GroupInstance) => {
    let index = indexes.get(memberId);
    if (index === undefined) indexes.set(memberId, (index = members.push([memberId, server]) - 1));
    return index;
  };
  const tasks: Record<string, number[]> = {};
  for (const owner of owners) {
    const row = (tasks[owner.fingerprint] ??= []);
    while (row.length < owner.partition) row.push(-1);
    row[owner.partition] = indexOf(owner);
  }
  const standbys: Record<string, number[][]> = {};
  for (const copy of copies) {
    const row = (standbys[copy.fingerprint] ??= []);
    while (row.length <= copy.partition) row.push([]);
    row[copy.partition]!.push(indexOf(copy));
  }
  for (const member of all) indexOf(member);
  return encodeUserData({ ...info, hosts: { members, tasks, copies: standbys } });
}

/** Returns an assignment without tasks where the bytes can not be read. */
export function decodeAssignment(bytes: Buffer): AssignmentInfo {
  const data = decodeUserData(bytes) ?? {};
  const hosts = isRecord(data.hosts) ? hostsIn(data.hosts) : undefined;
  const owners = hosts?.owners ?? recordsIn(data.owners).flatMap(ownerIn);
  return {
    active: recordsIn(data.active).flatMap(keyIn),
    standby: recordsIn(data.standby).flatMap((standby) =>
      keyIn(standby).map((key) => ({ ...key, replica: countIn(standby.replica) ?? null })),
    ),
    probeAfterMs: countIn(data.probeAfterMs) ?? null,
    owners,
    copies: hosts?.copies ?? [],
    members: hosts?.members ?? owners.map(({ memberId, server }) => ({ memberId, server })),
    partitions: entriesIn(data.partitions, countIn),
    unprocessed: entriesIn(data.unprocessed, countsIn),
    error: isRecord(data.error) ? errorIn(data.error) : null,
  };
}

function keyIn({ fingerprint, partition }: UserData): TaskKey[] {
  const number = countIn(partition);
  return typeof fingerprint === 'string' && number !== undefined ? [{ fingerprint, partition: number }] : [];
}

function ownerIn(data: UserData): TaskOwner[] {
  return keyIn(data).map((key) => ({ ...key, memberId: textIn(data.memberId) ?? '', server: serverIn(data.server) }));
}

function hostsIn({ members: listed, tasks, copies }: UserData): Pick<AssignmentInfo, 'members' | 'owners' | 'copies'> {
  const members = (Array.isArray(listed) ? listed : []).map((member: unknown): GroupInstance => {
    const [memberId, server] = Array.isArray(member) ? (member as readonly unknown[]) : [];
    return { memberId: textIn(memberId) ?? '', server: serverIn(server) };
  });
  const placed = (rows: unknown) =>
    Object.entries(entriesIn(rows, listIn)).flatMap(([fingerprint, row]) =>
      row.flatMap((cell, partition) =>
        (listIn(cell) ?? [cell]).flatMap((index) => {
          const member = typeof index === 'number' ? members[index] : undefined;
          return member === undefined ? [] : [{ fingerprint, partition, ...member }];
        }),
      ),
    );
  return { members, owners: placed(tasks), copies: placed(copies) };
}

function listIn(data: unknown): readonly unknown[] | undefined {
  return Array.isArray(data) ? (data as readonly unknown[]) : undefined;
}

function errorIn({ code, what, faults }: UserData): AssignmentError {
  const optional = (key: 'where' | 'help', value: string | null) => (value === null ? {} : { [key]: value });
  return {
    code: textIn(code) ?? 'OUZEL_TOPOLOGY',
    what: textIn(what) ?? '',
    faults: recordsIn(faults).map((fault): Fault => ({
      what: textIn(fault.what) ?? '',
      ...optional('where', textIn(fault.where)),
      ...optional('help', textIn(fault.help)),
    })),
  };
}
