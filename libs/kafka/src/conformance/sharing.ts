import type { Assignment, DriverError, GroupListener, MemberSubscription, Subscription, TopicPartition } from '../client/index.js';

/**
 * The listener of a member that shares the partitions of one topic with the others, in turn. Keeps the calls that it
 * gets.
 */
export class Sharing implements GroupListener {
  assignments: { readonly partitions: readonly number[]; readonly generation: number }[] = [];
  readonly told: string[] = [];
  owned: readonly TopicPartition[] = [];
  error: DriverError | undefined;

  constructor(
    private readonly topic: string,
    private readonly partitions: number,
    private readonly data = '',
  ) {}

  get current(): readonly number[] | undefined {
    return this.assignments.at(-1)?.partitions;
  }
  subscription(): Subscription | Promise<Subscription> {
    return { topics: [this.topic], owned: this.owned, userData: Buffer.from(this.data) };
  }
  assign(members: readonly MemberSubscription[]): Promise<ReadonlyMap<string, Assignment>> {
    this.told.push(`leads ${members.length}`);
    const places = Array.from({ length: this.partitions }, (_, partition) => ({ topic: this.topic, partition }));
    const sorted = [...members].sort((a, b) => (a.userData.toString() < b.userData.toString() ? -1 : 1));
    const share = (at: number) => ({ partitions: places.filter((_, i) => i % sorted.length === at), userData: Buffer.from('shared') });
    return Promise.resolve(new Map(sorted.map(({ memberId }, at) => [memberId, share(at)])));
  }
  assigned({ partitions }: Assignment, generation: number): Promise<'stay' | 'rejoin'> {
    this.assignments.push({ partitions: partitions.map(({ partition }) => partition), generation });
    this.owned = partitions;
    return Promise.resolve('stay');
  }
  rebalancing(): void {
    this.told.push('rebalancing');
  }
  lost(reason: DriverError): Promise<void> {
    this.told.push(`lost: ${reason.kind}`);
    return Promise.resolve();
  }
  failed(error: DriverError): void {
    this.error = error;
    this.told.push(`failed: ${error.kind}`);
  }
}
