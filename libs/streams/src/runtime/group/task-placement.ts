import { negativeCycle, type Edge } from './negative-cycle.js';

/** A task to place. */
export interface PlacedTask {
  readonly key: string;
  /** Tasks of one sub-topology are spread over the members. */
  readonly subtopology: string;
  readonly isStateful: boolean;
  /** Ids of the members that can run it. */
  readonly capable: ReadonlySet<string>;
}

/** A member, with what decides which tasks it should get. */
export interface Candidate {
  readonly memberId: string;
  /** Keys of the tasks that it runs. */
  readonly running: ReadonlySet<string>;
  /** Keys of the tasks that are to move to it, and whose state it is filling. Default: none. */
  readonly warming?: ReadonlySet<string>;
  /** How much of the state of a task it has, by task key. */
  readonly stateOffsets: ReadonlyMap<string, number>;
  /** How many other tasks it has, which stay. Default: none. */
  readonly load?: number;
}

/**
 * Returns the owner of each task, by key. A task that no member can run has none. The result is, in the order of what
 * matters most:
 *
 * 1. Balanced: where all members can run all tasks, their loads differ by one at most. Where not, the loads are as even
 *    as that allows.
 * 2. Sticky: as few tasks as that allows leave the member that runs them.
 * 3. Near its state: a task that moves goes to the member with most of its state.
 * 4. Spread: the tasks of a sub-topology are shared out evenly as far as the rest allows.
 *
 * The same input gives the same result.
 */
export function placeTasks(tasks: readonly PlacedTask[], members: readonly Candidate[]): Map<string, string> {
  const placement = new Placement(members);
  const open = placement.keep([...tasks].sort(byCostOfMoving));
  const homeless = placement.placeByState(
    open,
    members.reduce((sum, { load = 0 }) => sum + load, tasks.length),
  );
  for (const task of homeless) placement.placeByLoad(task);
  placement.evenOut();
  placement.bringHome();
  return placement.owners;
}

/** Orders tasks: those with state come first, as they are costly to move. */
function byCostOfMoving(a: PlacedTask, b: PlacedTask): number {
  return Number(b.isStateful) - Number(a.isStateful) || (a.key < b.key ? -1 : 1);
}

interface Move {
  readonly task: PlacedTask;
  readonly from: Load;
  readonly to: Load;
}

/** A move between two members, by their numbers; without a task: one of the loads may grow, or shrink, by one. */
interface PossibleMove extends Edge {
  readonly task?: PlacedTask;
}

/** A member and the tasks that it is to have. */
class Load {
  readonly tasks = new Set<PlacedTask>();
  private readonly bySubtopology = new Map<string, number>();

  constructor(readonly member: Candidate) {}

  get size(): number {
    return this.tasks.size + (this.member.load ?? 0);
  }

  ofSubtopology(subtopology: string): number {
    return this.bySubtopology.get(subtopology) ?? 0;
  }

  add(task: PlacedTask): void {
    this.tasks.add(task);
    this.bySubtopology.set(task.subtopology, this.ofSubtopology(task.subtopology) + 1);
  }

  remove(task: PlacedTask): void {
    this.tasks.delete(task);
    this.bySubtopology.set(task.subtopology, this.ofSubtopology(task.subtopology) - 1);
  }

  canRun(task: PlacedTask): boolean {
    return task.capable.has(this.member.memberId);
  }
}

class Placement {
  readonly owners = new Map<string, string>();
  /** Where the tasks are that need not move, by key. */
  private readonly homes = new Map<string, Load>();
  private readonly loads: readonly Load[];

  constructor(members: readonly Candidate[]) {
    this.loads = [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1)).map((member) => new Load(member));
  }

  /**
   * Leaves tasks where they run, or with the member that is already warming up for them: a plan that is under way goes
   * on. Returns the others.
   */
  keep(tasks: readonly PlacedTask[]): PlacedTask[] {
    const running = this.byTask(({ running: keys }) => keys);
    const warming = this.byTask(({ warming: keys = [] }) => keys);
    return tasks.filter((task) => {
      const home = [warming.get(task.key), running.get(task.key)].find((load) => load?.canRun(task) === true);
      if (home === undefined) return true;
      this.homes.set(task.key, home);
      this.place(task, home);
      return false;
    });
  }

  /**
   * Gives each task to the member with most of its state that has room, the task with the largest state first. `total`
   * tasks are shared out in all: a member has room up to its share. As many as the division leaves over may have one
   * more, where not as many have more already. Returns the tasks that no member with room has state of.
   */
  placeByState(tasks: readonly PlacedTask[], total: number): PlacedTask[] {
    const share = Math.floor(total / Math.max(1, this.loads.length));
    let larger = (total % Math.max(1, this.loads.length)) - this.loads.filter(({ size }) => size > share).length;
    const hasRoom = ({ size }: Load) => size < share || (size === share && larger > 0);
    const byKey = new Map(tasks.filter(({ isStateful }) => isStateful).map((task) => [task.key, task]));
    const offers = this.loads.flatMap((load) =>
      [...load.member.stateOffsets].flatMap(([key, offset]) => {
        const task = byKey.get(key);
        return task === undefined || offset <= 0 || !load.canRun(task) ? [] : [{ task, load, offset }];
      }),
    );
    for (const { task, load } of offers.sort((a, b) => b.offset - a.offset))
      if (!this.owners.has(task.key) && hasRoom(load)) {
        if (load.size === share) larger--;
        this.place(task, load);
      }
    return tasks.filter(({ key }) => !this.owners.has(key));
  }

  placeByLoad(task: PlacedTask): void {
    let least: Load | undefined;
    for (const load of this.loads) if (load.canRun(task) && (least === undefined || isLighter(load, least, task))) least = load;
    if (least !== undefined) this.place(task, least);
  }

  /**
   * Moves tasks from the members with most to those with fewest, until no chain of moves makes the loads more even.
   */
  evenOut(): void {
    for (let chain = this.nextChain(); chain !== undefined; chain = this.nextChain()) {
      for (const { task, from, to } of chain) {
        from.remove(task);
        this.place(task, to);
      }
    }
  }

  /**
   * Swaps tasks while that brings some of them home and leaves the loads as even, because `evenOut` finds even loads,
   * but not always those that need the fewest moves. A cycle of moves may also begin with a member that has one task
   * too many and end with one that has one too few. It then goes through the last node, which stands for no member.
   */
  bringHome(): void {
    for (let cycle = this.cheaperCycle(); cycle !== undefined; cycle = this.cheaperCycle()) {
      for (const { task, from, to } of cycle) {
        if (task === undefined) continue;
        this.loads[from]!.remove(task);
        this.place(task, this.loads[to]!);
      }
    }
  }

  private cheaperCycle(): readonly PossibleMove[] | undefined {
    if ([...this.homes].every(([key, home]) => this.owners.get(key) === home.member.memberId)) return undefined;
    const outside = this.loads.length;
    const ofLoad = this.homes.size + 1;
    const edges = this.loads.flatMap((load, from): PossibleMove[] => [
      { from, to: outside, cost: load.size * ofLoad },
      { from: outside, to: from, cost: (1 - load.size) * ofLoad },
      ...this.loads.flatMap((other, to) => (other === load ? [] : this.cheapestOf(load, other, { from, to }))),
    ]);
    return negativeCycle(outside + 1, edges);
  }

  /**
   * Returns at most one move between two members: one that brings a task home, or else one that takes no task away from
   * home, or else any.
   */
  private cheapestOf(load: Load, other: Load, way: Pick<Edge, 'from' | 'to'>): PossibleMove[] {
    let cheapest: PossibleMove | undefined;
    for (const task of load.tasks) {
      if (!other.canRun(task)) continue;
      const home = this.homes.get(task.key);
      const cost = Number(home === load) - Number(home === other);
      if (cheapest === undefined || cost < cheapest.cost) cheapest = { ...way, task, cost };
    }
    return cheapest === undefined ? [] : [cheapest];
  }

  private place(task: PlacedTask, load: Load): void {
    load.add(task);
    this.owners.set(task.key, load.member.memberId);
  }

  /** Returns the first member that has a task, by task key. */
  private byTask(keysOf: (member: Candidate) => Iterable<string>): Map<string, Load> {
    const found = new Map<string, Load>();
    for (const load of [...this.loads].reverse()) for (const key of keysOf(load.member)) found.set(key, load);
    return found;
  }

  private nextChain(): readonly Move[] | undefined {
    const lightestFirst = [...this.loads].sort((a, b) => a.size - b.size);
    const least = lightestFirst[0]?.size ?? 0;
    for (const giver of [...lightestFirst].reverse()) {
      if (giver.size - least < 2) return undefined;
      const chain = chainFrom(giver, lightestFirst);
      if (chain !== undefined) return chain;
    }
    return undefined;
  }
}

/**
 * Returns a chain of moves from the giver to a member that has two tasks fewer, through members that pass on as many as
 * they get. The search is breadth first, so that the fewest tasks move.
 */
function chainFrom(giver: Load, lightestFirst: readonly Load[]): readonly Move[] | undefined {
  const reachedBy = new Map<Load, Move | undefined>([[giver, undefined]]);
  for (const from of reachedBy.keys()) {
    for (const to of lightestFirst) {
      if (reachedBy.has(to)) continue;
      const task = cheapestMove(from, to);
      if (task === undefined) continue;
      reachedBy.set(to, { task, from, to });
      if (to.size <= giver.size - 2) return chainTo(to, reachedBy);
    }
  }
  return undefined;
}

function chainTo(end: Load, reachedBy: ReadonlyMap<Load, Move | undefined>): Move[] {
  const chain: Move[] = [];
  for (let move = reachedBy.get(end); move !== undefined; move = reachedBy.get(move.from)) chain.push(move);
  return chain;
}

/** Returns the task that it costs least to move; undefined where the other member can run none. */
function cheapestMove(from: Load, to: Load): PlacedTask | undefined {
  let cheapest: PlacedTask | undefined;
  let least = Infinity;
  for (const task of from.tasks) {
    if (!to.canRun(task)) continue;
    const cost = costOfMoving(task, from, to);
    if (cost >= least) continue;
    cheapest = task;
    least = cost;
  }
  return cheapest;
}

/**
 * Returns the cost of a move. Each reason weighs more than all that follow: the task runs, the other member has no
 * state of it, its sub-topology would be spread less evenly, it has state.
 */
function costOfMoving(task: PlacedTask, from: Load, to: Load): number {
  const surplus = from.ofSubtopology(task.subtopology) - to.ofSubtopology(task.subtopology);
  const isRunning = Number(from.member.running.has(task.key));
  const lacksState = Number((to.member.stateOffsets.get(task.key) ?? 0) === 0);
  return isRunning * 1e12 + lacksState * 1e9 - surplus * 1e3 + Number(task.isStateful);
}

function isLighter(load: Load, other: Load, { subtopology }: PlacedTask): boolean {
  return load.size - other.size < 0 || (load.size === other.size && load.ofSubtopology(subtopology) < other.ofSubtopology(subtopology));
}
