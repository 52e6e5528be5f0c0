import {
  DriverError,
  type GroupIdentity,
  type GroupListener,
  type GroupMember,
  type MembershipAtEnd,
  type OffsetCommit,
  type WritePermit,
} from '@ouzel/kafka';

/**
 * The membership of a client in its group, which it may leave and take again, each time as a new member. It is also the
 * permit of the producer, so that nothing is written after a pause before the membership is confirmed. A client that is
 * no member may write: it has no tasks, and only dead letters may still have to go out.
 */
export class Membership implements GroupMember, WritePermit {
  private member: GroupMember | undefined;

  constructor(private readonly create: () => GroupMember) {}

  get isJoined(): boolean {
    return this.member !== undefined;
  }

  get identity(): GroupIdentity | undefined {
    return this.member?.identity;
  }

  get isConfirmed(): boolean {
    return this.member?.isConfirmed ?? true;
  }

  async confirm(): Promise<void> {
    await this.member?.confirm();
  }

  async settled(): Promise<GroupIdentity> {
    if (this.member === undefined) throw noMember();
    return this.member.settled();
  }

  start(listener: GroupListener): void {
    this.member = this.create();
    this.member.start(listener);
  }

  async commit(offsets: readonly OffsetCommit[]): Promise<void> {
    if (this.member === undefined) throw noMember();
    await this.member.commit(offsets);
  }

  rejoin(reason: string): void {
    this.member?.rejoin(reason);
  }

  async stop(options?: { membership?: MembershipAtEnd; reason?: string }): Promise<void> {
    const { member } = this;
    this.member = undefined;
    await member?.stop(options);
  }
}

function noMember(): DriverError {
  return new DriverError('rejoin', -1, { what: 'this instance is not a member of its group' });
}
