import type { GroupTask } from './task-choice.js';
import { placeTasks } from './task-placement.js';

/** A member, with what decides which standby tasks it should get. */
export interface StandbyCandidate {
  readonly memberId: string;
  readonly processId: string;
  /** Whether its version can have standby tasks. */
  readonly canStandBy: boolean;
  /** Tags that say where the instance is (KIP-708). */
  readonly tags: Readonly<Record<string, string>>;
  /** The standby tasks that it has, by key, with the number of the replica; null for a warm-up. */
  readonly standby: ReadonlyMap<string, number | null>;
  readonly stateOffsets: ReadonlyMap<string, number>;
}

export interface StandbyPlan {
  /** The standby tasks of each member: the number of the replica by task key. */
  readonly byMember: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** How many replicas each task lacks, because there are too few instances, by task key. */
  readonly missing: ReadonlyMap<string, number>;
  /** Keys of the tasks of which two copies share the value of a tag, because there are too few values. */
  readonly crowded: ReadonlySet<string>;
}

export interface StandbyRequest {
  readonly replicas: number;
  /** The tags whose values should differ between the copies of a task, most important first. */
  readonly spreadOver: readonly string[];
}

/**
 * Places the standby tasks of the tasks that have changelogs. No process gets two copies of one task. `placed` lists,
 * by task key, the members that have a copy already: the member that runs the task, and the member that it moves to. A
 * copy goes to an instance whose tags differ from those of the other copies, if there is one
 * (ClientTagAwareStandbyTaskAssignor). Otherwise the rules of `placeTasks` hold: loads are even, and copies stay where
 * they are, or go where there is state.
 */
export function placeStandbys(
  tasks: readonly GroupTask[],
  placed: ReadonlyMap<string, readonly string[]>,
  members: readonly StandbyCandidate[],
  { replicas, spreadOver }: StandbyRequest,
): StandbyPlan {
  const copies = new Copies(members, spreadOver, placed);
  const byMember = new Map(members.map(({ memberId }) => [memberId, new Map<string, number>()]));
  const missing = new Map<string, number>();
  const logged = tasks.filter(({ key, isLogged }) => isLogged && placed.has(key));
  for (let replica = 0; replica < replicas; replica++) {
    const wanted = logged.map((task) => ({ ...task, subtopology: task.fingerprint, capable: copies.placesFor(task) }));
    const candidates = members.map(({ memberId, standby, stateOffsets }) => ({
      memberId,
      running: new Set([...standby].filter(([, number]) => number === replica).map(([key]) => key)),
      stateOffsets,
      load: copies.loadOf(memberId),
    }));
    const owners = placeTasks(wanted, candidates);
    for (const { key } of logged) {
      const owner = owners.get(key);
      if (owner === undefined) missing.set(key, (missing.get(key) ?? 0) + 1);
      else {
        copies.add(key, owner);
        byMember.get(owner)!.set(key, replica);
      }
    }
  }
  return { byMember, missing, crowded: copies.crowded };
}

/** The members that have copies of tasks, active tasks included. */
class Copies {
  readonly crowded = new Set<string>();
  private readonly byId: ReadonlyMap<string, StandbyCandidate>;
  private readonly byTask = new Map<string, StandbyCandidate[]>();
  private readonly loads = new Map<string, number>();

  constructor(
    private readonly members: readonly StandbyCandidate[],
    private readonly spreadOver: readonly string[],
    placed: ReadonlyMap<string, readonly string[]>,
  ) {
    this.byId = new Map(members.map((member) => [member.memberId, member]));
    for (const [key, memberIds] of placed) for (const memberId of memberIds) this.note(key, memberId);
  }

  loadOf(memberId: string): number {
    return this.loads.get(memberId) ?? 0;
  }

  /** Notes a standby task that is placed. */
  add(key: string, memberId: string): void {
    if (this.likeness(this.byId.get(memberId)!, this.byTask.get(key) ?? []) > 0) this.crowded.add(key);
    this.note(key, memberId);
  }

  /**
   * Returns the members that can take one more copy of a task. Of these, it returns only the ones whose tags are least
   * like those of the members that have a copy.
   */
  placesFor({ key, capable }: GroupTask): ReadonlySet<string> {
    const others = this.byTask.get(key) ?? [];
    const free = this.members.filter(
      ({ memberId, processId, canStandBy }) =>
        canStandBy && capable.has(memberId) && others.every((other) => other.processId !== processId),
    );
    const likeness = free.map((member) => this.likeness(member, others));
    const least = Math.min(...likeness);
    return new Set(free.filter((_, i) => likeness[i] === least).map(({ memberId }) => memberId));
  }

  private note(key: string, memberId: string): void {
    this.loads.set(memberId, this.loadOf(memberId) + 1);
    this.byTask.set(key, [...(this.byTask.get(key) ?? []), this.byId.get(memberId)!]);
  }

  /** Returns how many tags a member shares with others. A more important tag counts for more. */
  private likeness(member: StandbyCandidate, others: readonly StandbyCandidate[]): number {
    return this.spreadOver.reduce((sum, tag, i) => {
      const same = others.filter(({ tags }) => tags[tag] === member.tags[tag]).length;
      return sum + same * 1_000 ** (this.spreadOver.length - 1 - i);
    }, 0);
  }
}
