import type { TopicPartition } from '@ouzel/kafka';
import type { SizedSubTopology } from '../topics/partition-plan.js';
import { taskKey, type TaskKey } from './task-key.js';

/** One version of the application: its sub-topologies, and the members that run it. */
export interface GroupVersion {
  readonly subTopologies: readonly SizedSubTopology[];
  /** Ids of the members. */
  readonly members: readonly string[];
}

/** A task that the group runs. */
export interface GroupTask extends TaskKey {
  readonly key: string;
  readonly isStateful: boolean;
  /** Whether some of its state is in changelogs, so that other members can keep copies of it. */
  readonly isLogged: boolean;
  readonly inputs: readonly TopicPartition[];
  /** Ids of the members that can run it. */
  readonly capable: ReadonlySet<string>;
}

export interface TaskChoice {
  readonly tasks: readonly GroupTask[];
  /** Input partitions that none of the tasks reads. */
  readonly unprocessed: readonly TopicPartition[];
}

/** The sub-topology of one fingerprint. The members of several versions may have it. */
interface Variant {
  readonly fingerprint: string;
  readonly isStateful: boolean;
  readonly isLogged: boolean;
  readonly sources: Map<string, number>;
  readonly members: Set<string>;
}

/**
 * Tasks of one partition number that can run side by side.
 */
interface Option {
  readonly tasks: readonly GroupTask[];
  readonly weight: number;
  readonly inputs: number;
}

/**
 * Returns the tasks that a group runs: at most one of them reads an input partition. Where all members run one version
 * these are all tasks. Where versions read the same topic in different sub-topologies, each partition of it goes to one
 * version: to the one that leaves the fewest inputs unread; between equal ones each version gets a share by the number
 * of its members, and keeps the partitions that it has, as far as its share goes. `runs` says whether some member runs
 * a task.
 */
export function chooseTasks(versions: readonly GroupVersion[], runs: (key: string) => boolean): TaskChoice {
  const variants = variantsOf(versions);
  const tasks: GroupTask[] = [];
  for (const rivals of rivalsAmong([...variants.values()])) {
    const partitions = Math.max(0, ...rivals.flatMap(({ sources }) => [...sources.values()]));
    const numbers = Array.from({ length: partitions }, (_, partition) => partition);
    if (rivals.length === 1) tasks.push(...numbers.map((partition) => taskOf(rivals[0]!, partition)));
    else tasks.push(...contested(numbers, versions, new Set(rivals), variants, runs));
  }
  return { tasks, unprocessed: unreadBy(tasks, variants) };
}

function variantsOf(versions: readonly GroupVersion[]): Map<string, Variant> {
  const variants = new Map<string, Variant>();
  for (const { subTopologies, members } of versions) {
    for (const { needs, sources } of subTopologies) {
      const { fingerprint, isStateful } = needs;
      const variant = variants.get(fingerprint) ?? {
        fingerprint,
        isStateful,
        isLogged: needs.changelogs.length + needs.tables.length > 0,
        sources: new Map<string, number>(),
        members: new Set<string>(),
      };
      for (const [topic, count] of sources) variant.sources.set(topic, count);
      for (const memberId of members) variant.members.add(memberId);
      variants.set(fingerprint, variant);
    }
  }
  return variants;
}

/**
 * Returns the variants in groups: two that read the same topic are in one group, and so are those that are linked by
 * others.
 */
function rivalsAmong(variants: readonly Variant[]): Variant[][] {
  let groups: Variant[][] = [];
  for (const variant of variants) {
    const isRival = (group: readonly Variant[]) =>
      group.some(({ sources }) => [...variant.sources.keys()].some((topic) => sources.has(topic)));
    groups = [...groups.filter((group) => !isRival(group)), [...groups.filter(isRival).flat(), variant]];
  }
  return groups;
}

/** Returns the tasks for partitions that several versions read in different sub-topologies. */
function contested(
  partitions: readonly number[],
  versions: readonly GroupVersion[],
  rivals: ReadonlySet<Variant>,
  variants: ReadonlyMap<string, Variant>,
  runs: (key: string) => boolean,
): GroupTask[] {
  const chosen: GroupTask[] = [];
  const ties = new Map<string, Option[][]>();
  for (const partition of partitions) {
    const options = optionsFor(partition, versions, rivals, variants);
    const most = Math.max(...options.map(({ inputs }) => inputs));
    const best = options.filter(({ inputs }) => inputs === most);
    if (best.length <= 1) chosen.push(...(best[0]?.tasks ?? []));
    else {
      const tie = best.map(({ tasks }) => tasks.map(({ fingerprint }) => fingerprint).join()).join(' ');
      ties.set(tie, [...(ties.get(tie) ?? []), best]);
    }
  }
  for (const tied of ties.values()) chosen.push(...shared(tied, runs).flatMap(({ tasks }) => tasks));
  return chosen;
}

/**
 * Returns what the versions would run of the rivals on one partition number. The order does not depend on that of the
 * versions.
 */
function optionsFor(
  partition: number,
  versions: readonly GroupVersion[],
  rivals: ReadonlySet<Variant>,
  variants: ReadonlyMap<string, Variant>,
): Option[] {
  const options = new Map<string, Option>();
  const others = [...rivals].map((variant) => taskOf(variant, partition));
  for (const { subTopologies, members } of versions) {
    const own = subTopologies.map(({ needs }) => variants.get(needs.fingerprint)!).filter((variant) => rivals.has(variant));
    const tasks = own.map((variant) => taskOf(variant, partition)).filter(({ inputs }) => inputs.length > 0);
    if (tasks.length === 0) continue;
    for (const other of others) if (other.inputs.length > 0 && tasks.every((task) => !overlap(task, other))) tasks.push(other);
    tasks.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
    const name = tasks.map(({ fingerprint }) => fingerprint).join();
    const weight = members.length + (options.get(name)?.weight ?? 0);
    options.set(name, { tasks, weight, inputs: tasks.reduce((sum, { inputs }) => sum + inputs.length, 0) });
  }
  return [...options].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, option]) => option);
}

/**
 * Returns one option for each partition. All partitions have the same options, and each option gets its share of them.
 */
function shared(tied: readonly (readonly Option[])[], runs: (key: string) => boolean): Option[] {
  const isRunning = ({ tasks }: Option) => tasks.some(({ key }) => runs(key));
  const running = tied[0]!.map((_, i) => tied.filter((options) => isRunning(options[i]!)).length);
  const left = shares(
    tied.length,
    tied[0]!.map(({ weight }) => weight),
    running,
  );
  const chosen = tied.map((options) => {
    const kept = options.findIndex((option, i) => isRunning(option) && left[i]! > 0);
    if (kept >= 0) left[kept]!--;
    return kept;
  });
  return tied.map((options, at) => {
    if (chosen[at]! >= 0) return options[chosen[at]!]!;
    const next = left.indexOf(Math.max(...left));
    left[next]!--;
    return options[next]!;
  });
}

/**
 * Returns shares of a number by weights. What does not come out even goes to the largest remainders; between equal ones
 * to the option that has more already.
 */
function shares(total: number, weights: readonly number[], had: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const result = exact.map(Math.floor);
  const order = exact.map((_, i) => i).sort((a, b) => exact[b]! - result[b]! - (exact[a]! - result[a]!) || had[b]! - had[a]! || a - b);
  const rest = total - result.reduce((a, b) => a + b, 0);
  for (const i of order.slice(0, rest)) result[i]!++;
  return result;
}

function unreadBy(tasks: readonly GroupTask[], variants: ReadonlyMap<string, Variant>): TopicPartition[] {
  const read = new Map<string, Set<number>>();
  for (const { topic, partition } of tasks.flatMap(({ inputs }) => inputs)) read.set(topic, (read.get(topic) ?? new Set()).add(partition));
  const topics = new Map([...variants.values()].flatMap(({ sources }) => [...sources]));
  return [...topics].flatMap(([topic, count]) =>
    Array.from({ length: count }, (_, partition) => ({ topic, partition })).filter(
      ({ partition }) => read.get(topic)?.has(partition) !== true,
    ),
  );
}

/** Returns a task. It reads the partition of its number of every source topic that has one. */
function taskOf({ fingerprint, isStateful, isLogged, sources, members }: Variant, partition: number): GroupTask {
  const inputs = [...sources].filter(([, count]) => partition < count).map(([topic]) => ({ topic, partition }));
  return { fingerprint, partition, key: taskKey({ fingerprint, partition }), isStateful, isLogged, inputs, capable: members };
}

function overlap(a: GroupTask, b: GroupTask): boolean {
  return a.inputs.some(({ topic }) => b.inputs.some((other) => other.topic === topic));
}
