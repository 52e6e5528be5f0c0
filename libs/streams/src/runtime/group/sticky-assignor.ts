/** A task to place. */
export interface PlacedTask {
  readonly key: string;
  readonly subtopology: number;
  readonly stateful: boolean;
}

/** A member, with what speaks for giving it this task or that. */
export interface Candidate {
  readonly memberId: string;
  /** Keys of the tasks that it runs. */
  readonly running: ReadonlySet<string>;
  /** How much of the state of a task it has, by task key. */
  readonly stateOffsets: ReadonlyMap<string, number>;
}

/**
 * Places every task once: balanced (the loads of two members differ by one at most, in all and per sub-topology as far as that allows), sticky (who runs a
 * task keeps it while it has room), and near its state (else who has most of it). The same input gives the same answer.
 */
export function placeTasks(tasks: readonly PlacedTask[], members: readonly Candidate[]): Map<string, string> {
  const placement = new Placement(
    tasks,
    [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1)),
  );
  // Stateful tasks first: they are the ones that are costly to move.
  const order = [...tasks].sort(
    (a, b) => Number(b.stateful) - Number(a.stateful) || a.subtopology - b.subtopology || (a.key < b.key ? -1 : 1),
  );
  for (const task of order) placement.keep(task);
  placement.placeByState(order.filter(({ stateful }) => stateful));
  for (const task of order) placement.placeByLoad(task);
  return placement.owners;
}

class Placement {
  readonly owners = new Map<string, string>();
  private readonly load = new Map<string, number>();
  private readonly loadOfSub = new Map<string, number>();
  private readonly quota: number;
  private readonly quotaOfSub = new Map<number, number>();
  /** Members that may hold `quota` rather than one less. */
  private full: number;

  constructor(
    tasks: readonly PlacedTask[],
    private readonly members: readonly Candidate[],
  ) {
    const count = members.length;
    this.quota = Math.ceil(tasks.length / count);
    this.full = tasks.length % count === 0 ? count : tasks.length % count;
    for (const { subtopology } of tasks) this.quotaOfSub.set(subtopology, (this.quotaOfSub.get(subtopology) ?? 0) + 1);
    for (const [subtopology, size] of this.quotaOfSub) this.quotaOfSub.set(subtopology, Math.ceil(size / count));
  }

  keep(task: PlacedTask): void {
    const owner = this.members.find((member) => member.running.has(task.key) && this.hasRoom(member, task));
    if (owner !== undefined) this.place(task, owner);
  }

  /** Largest state first, so that what is costliest to restore is restored least. */
  placeByState(tasks: readonly PlacedTask[]): void {
    const offers = tasks.flatMap((task) =>
      this.members.map((member) => ({ task, member, offset: member.stateOffsets.get(task.key) ?? 0 })),
    );
    for (const { task, member } of offers.filter(({ offset }) => offset > 0).sort((a, b) => b.offset - a.offset)) {
      if (!this.owners.has(task.key) && this.hasRoom(member, task)) this.place(task, member);
    }
  }

  placeByLoad(task: PlacedTask): void {
    if (this.owners.has(task.key)) return;
    const cost = (member: Candidate) => this.loadOf(member) * 1_000 + this.loadOfSubtopology(member, task);
    const least = this.members.reduce((best, member) => (cost(member) < cost(best) ? member : best));
    this.place(task, least);
  }

  private hasRoom(member: Candidate, task: PlacedTask): boolean {
    const load = this.loadOf(member);
    if (load >= this.quota || (load === this.quota - 1 && this.full === 0)) return false;
    return this.loadOfSubtopology(member, task) < this.quotaOfSub.get(task.subtopology)!;
  }

  private place(task: PlacedTask, member: Candidate): void {
    this.owners.set(task.key, member.memberId);
    const load = this.loadOf(member) + 1;
    if (load === this.quota) this.full--;
    this.load.set(member.memberId, load);
    this.loadOfSub.set(`${member.memberId} ${task.subtopology}`, this.loadOfSubtopology(member, task) + 1);
  }

  private loadOf(member: Candidate): number {
    return this.load.get(member.memberId) ?? 0;
  }

  private loadOfSubtopology(member: Candidate, task: PlacedTask): number {
    return this.loadOfSub.get(`${member.memberId} ${task.subtopology}`) ?? 0;
  }
}
