import type { GroupIdentity } from '../client/index.js';
import type { Api } from './api.js';

export interface JoinRequest {
  readonly group: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly protocolType: string;
  readonly protocol: string;
  readonly metadata: Buffer;
  readonly reason: string | null;
}
export interface JoinResponse {
  readonly errorCode: number;
  readonly generation: number;
  readonly leader: string;
  readonly memberId: string;
  /** Whether the former assignment stays, because a static leader came back (KIP-814). */
  readonly skipAssignment: boolean;
  /** Empty unless this member leads. */
  readonly members: readonly { readonly memberId: string; readonly instanceId: string | null; readonly metadata: Buffer }[];
}

/**
 * Joins a group. The broker responds when all members have joined or the rebalance timeout has passed.
 *
 *   request  = group | session timeout int32 | rebalance timeout int32 | member | instance? | protocol type
 *            | [protocol | metadata bytes] | (8+) reason?
 *   response = throttle int32 | error int16 | generation int32 | (7+) type? | protocol? | leader | (9+) skip bool
 *            | member | [member | instance? | metadata bytes]
 */
export const joinGroup: Api<JoinRequest, JoinResponse> = {
  key: 11,
  name: 'JoinGroup',
  versions: [5, 9],
  flexibleFrom: 6,
  write(writer, request, version) {
    writer.string(request.group).limit(request.sessionTimeoutMs).limit(request.rebalanceTimeoutMs);
    writer.string(request.memberId).string(request.instanceId).string(request.protocolType);
    writer.array([request], ({ protocol, metadata }) => writer.string(protocol).bytes(metadata).tags());
    if (version >= 8) writer.string(request.reason);
    writer.tags();
  },
  read(reader, version) {
    reader.int32();
    const errorCode = reader.int16();
    const generation = reader.int32();
    if (version >= 7) reader.nullableString();
    reader.nullableString();
    const leader = reader.string();
    const skipAssignment = version >= 9 && reader.bool();
    const memberId = reader.string();
    const members = reader.array(() => {
      const member = { memberId: reader.string(), instanceId: reader.nullableString(), metadata: reader.bytes() };
      reader.tags();
      return member;
    });
    return { errorCode, generation, leader, memberId, skipAssignment, members };
  },
};

/**
 * Sends the assignments of all members, if the member leads, and waits for its own.
 *
 *   request  = group | generation int32 | member | instance? | [member | assignment bytes]
 *   response = throttle int32 | error int16 | assignment bytes
 */
export const syncGroup: Api<
  { readonly identity: GroupIdentity; readonly assignments: readonly (readonly [memberId: string, assignment: Buffer])[] },
  { readonly errorCode: number; readonly assignment: Buffer }
> = {
  key: 14,
  name: 'SyncGroup',
  versions: [3],
  flexibleFrom: 4,
  write(writer, { identity, assignments }) {
    writer
      .string(identity.group)
      .int32(identity.generation)
      .string(identity.memberId)
      .string(identity.instanceId ?? null);
    writer.array(assignments, ([memberId, assignment]) => writer.string(memberId).bytes(assignment));
  },
  read(reader) {
    reader.int32();
    return { errorCode: reader.int16(), assignment: reader.bytes() };
  },
};

/**
 * Tells the coordinator that the member is alive.
 *
 *   request  = group | generation int32 | member | instance?
 *   response = throttle int32 | error int16
 */
export const heartbeat: Api<{ readonly identity: GroupIdentity }, { readonly errorCode: number }> = {
  key: 12,
  name: 'Heartbeat',
  versions: [3],
  flexibleFrom: 4,
  write(writer, { identity }) {
    writer
      .string(identity.group)
      .int32(identity.generation)
      .string(identity.memberId)
      .string(identity.instanceId ?? null);
  },
  read(reader) {
    reader.int32();
    return { errorCode: reader.int16() };
  },
};

/**
 * Takes a member out of its group.
 *
 *   request  = group | [member | instance? | (5+) reason?]
 *   response = throttle int32 | error int16 | [member | instance? | error int16]
 */
export const leaveGroup: Api<
  { readonly group: string; readonly memberId: string; readonly instanceId: string | null; readonly reason: string | null },
  { readonly errorCode: number }
> = {
  key: 13,
  name: 'LeaveGroup',
  versions: [3, 5],
  flexibleFrom: 4,
  write(writer, request, version) {
    writer.string(request.group);
    writer.array([request], ({ memberId, instanceId, reason }) => {
      writer.string(memberId).string(instanceId);
      if (version >= 5) writer.string(reason);
      writer.tags();
    });
    writer.tags();
  },
  read(reader) {
    reader.int32();
    return { errorCode: reader.int16() };
  },
};
