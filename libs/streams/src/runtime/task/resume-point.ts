import { PartitionMap, type OffsetCommit, type TopicPartition } from '@ouzel/kafka';

/** An offset and the metadata that is committed beside it. Offset -1 stands for nothing committed. */
export interface CommittedPoint {
  readonly offset: number;
  readonly metadata: string;
}

/**
 * How far the local rows of a task are: for each input the committed offset when they were written, and the offset up
 * to which it was processed.
 */
interface ResumePoint {
  readonly inputs: readonly (TopicPartition & { readonly from: CommittedPoint; readonly to: CommittedPoint })[];
  /** Next offsets of all changelogs of the task, by topic. */
  readonly changelogs: Readonly<Record<string, number>>;
}

/**
 * Knows how far a task is: what is committed of its inputs, and where its changelogs end. It makes the bookmark that
 * each batch of local rows carries, so that a task whose process died between the batch and the commit of its offsets
 * can go on behind what its rows contain.
 */
export class TaskProgress {
  private readonly committed = new PartitionMap<CommittedPoint>();
  private readonly changelogs: Map<string, number>;

  /** `changelogEnds`: the next offsets of the changelogs when the task was opened, by topic. */
  constructor(inputs: readonly (TopicPartition & { readonly committed: CommittedPoint })[], changelogEnds: ReadonlyMap<string, number>) {
    for (const input of inputs) this.committed.set(input, input.committed);
    this.changelogs = new Map(changelogEnds);
  }

  /** Called when the records of changelogs up to these offsets are acknowledged. */
  logged(offsets: ReadonlyMap<string, number>): void {
    for (const [topic, offset] of offsets) this.changelogs.set(topic, offset);
  }

  /** Returns the bookmark of rows that contain the inputs up to these offsets. */
  bookmark(offsets: readonly OffsetCommit[]): string {
    const inputs = offsets.map(({ topic, partition, offset, metadata }) => {
      const from = this.committed.get({ topic, partition }) ?? { offset: -1, metadata: '' };
      return { topic, partition, from, to: { offset, metadata } };
    });
    const point: ResumePoint = { inputs, changelogs: Object.fromEntries(this.changelogs) };
    return JSON.stringify(point);
  }

  /** Returns the offset of an input up to which it is committed; -1 where nothing is. */
  committedOffset(input: TopicPartition): number | undefined {
    return this.committed.get(input)?.offset;
  }

  /** Called when these offsets are committed. */
  commitDone(offsets: readonly OffsetCommit[]): void {
    for (const { topic, partition, offset, metadata } of offsets) this.committed.set({ topic, partition }, { offset, metadata });
  }
}

/**
 * Returns where the inputs of a task go on by the bookmark of its local rows. Returns undefined where the committed
 * offsets count: another instance has committed since or written to a changelog, or offsets were set back on purpose,
 * which leaves other metadata beside them.
 */
export function resumedInputs(
  bookmark: string | undefined,
  committed: PartitionMap<CommittedPoint>,
  changelogEnds: ReadonlyMap<string, number>,
): PartitionMap<CommittedPoint> | undefined {
  if (bookmark === undefined) return undefined;
  const { inputs, changelogs } = JSON.parse(bookmark) as ResumePoint;
  const isCommitted = inputs.every((input) => isSame(committed.get(input) ?? { offset: -1, metadata: '' }, input.from));
  const isComplete = [...changelogEnds].every(([topic, end]) => changelogs[topic] === end);
  if (!isCommitted || !isComplete) return undefined;
  const resumed = new PartitionMap<CommittedPoint>();
  for (const input of inputs) if (committed.has(input)) resumed.set(input, input.to);
  return resumed;
}

function isSame(one: CommittedPoint, other: CommittedPoint): boolean {
  return one.offset === other.offset && one.metadata === other.metadata;
}
