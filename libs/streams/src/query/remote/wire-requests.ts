import { errorCodes, OuzelError, type ErrorCode } from '@ouzel/core';
import type { Position } from '../../state/kind/store-view.js';
import type { ReadRule } from '../store-replica.js';
import { StoreNotAvailableError, unavailabilities, type Unavailability } from '../store-not-available.js';
import type { WireData } from './wire-data.js';

/**
 * A query of the store of one task, as one instance sends it to another. It names the task by the fingerprint of its
 * sub-topology and its partition: an instance that has not this task says so, and never responds for another.
 */
export interface StoreRequest {
  readonly kind: 'ask' | 'scan';
  readonly application: string;
  readonly store: string;
  readonly fingerprint: string;
  readonly partition: number;
  readonly query: string;
  readonly parameters: readonly WireData[];
  readonly rule: ReadRule;
  /** How many entries of a scan are wanted. */
  readonly limit: number;
}

/** A question about the instance itself. */
export interface InstanceRequest {
  readonly kind: 'status';
  readonly application: string;
}

export type PeerRequest = StoreRequest | InstanceRequest;

/** What the frames of a response hold: one answer, or the beginning of a scan, its rows and its end; or a failure. */
export type PeerFrame =
  | { readonly kind: 'answer'; readonly value: WireData; readonly lag: number; readonly position: Position }
  | { readonly kind: 'opened'; readonly lag: number; readonly position: Position }
  | { readonly kind: 'rows'; readonly rows: readonly WireData[] }
  | { readonly kind: 'end' }
  | { readonly kind: 'failure'; readonly code: string; readonly what: string; readonly reason: string | null };

/** Reads a request. Returns undefined for what is none: it may come from anybody who knows the secret. */
export function requestIn(data: WireData): PeerRequest | undefined {
  const { kind, application, store, fingerprint, partition, query, parameters, rule, limit } = recordIn(data);
  if (typeof application !== 'string') return undefined;
  if (kind === 'status') return { kind, application };
  if (kind !== 'ask' && kind !== 'scan') return undefined;
  const read = ruleIn(rule);
  if (typeof store !== 'string' || typeof fingerprint !== 'string' || typeof query !== 'string' || read === undefined) return undefined;
  if (!isCount(partition) || !Array.isArray(parameters) || typeof limit !== 'number') return undefined;
  return { kind, application, store, fingerprint, partition, query, parameters: parameters as WireData[], rule: read, limit };
}

/** Reads a frame of a response. Throws the failure where it is one, and StoreNotAvailableError for what is no frame. */
export function frameIn(data: WireData, store: string): Exclude<PeerFrame, { readonly kind: 'failure' }> {
  const { kind, value, lag, position, rows, code, what, reason } = recordIn(data);
  if (kind === 'failure') throw failureIn(store, code, what, reason);
  const read = positionIn(position);
  if (kind === 'answer' && isCount(lag) && read !== undefined) return { kind, value, lag, position: read };
  if (kind === 'opened' && isCount(lag) && read !== undefined) return { kind, lag, position: read };
  if (kind === 'rows' && Array.isArray(rows)) return { kind, rows: rows as readonly WireData[] };
  if (kind === 'end') return { kind };
  throw new StoreNotAvailableError(store, 'refused');
}

/** Returns the frame of a failure. Of errors of user code only the kind is told: their texts may show records. */
export function failureFrame(thrown: unknown): PeerFrame {
  if (thrown instanceof StoreNotAvailableError)
    return { kind: 'failure', code: 'OUZEL_STORE_NOT_AVAILABLE', what: '', reason: thrown.reason };
  if (thrown instanceof OuzelError) return { kind: 'failure', code: thrown.code, what: thrown.what, reason: null };
  return { kind: 'failure', code: 'OUZEL_STATE', what: 'the query has failed; the log of that instance says why', reason: null };
}

function failureIn(store: string, code: WireData, what: WireData, reason: WireData): Error {
  const known = unavailabilities.find((word) => word === reason);
  if (code === 'OUZEL_STORE_NOT_AVAILABLE') return new StoreNotAvailableError(store, (known ?? 'migrated') satisfies Unavailability);
  const own = typeof code === 'string' && code in errorCodes ? (code as ErrorCode) : 'OUZEL_STATE';
  return new OuzelError(own, {
    what: typeof what === 'string' ? what : 'another instance has failed',
    where: `store "${store}", on another instance`,
  });
}

function recordIn(data: WireData): Readonly<Record<string, WireData>> {
  const isRecord =
    typeof data === 'object' && data !== null && !Array.isArray(data) && !(data instanceof Uint8Array) && !(data instanceof Date);
  return isRecord ? (data as Readonly<Record<string, WireData>>) : {};
}

function ruleIn(data: WireData): ReadRule | undefined {
  const { reading, isolation, atLeast } = recordIn(data);
  const bound = positionIn(atLeast);
  if ((reading !== 'active' && reading !== 'stale') || bound === undefined) return undefined;
  if (isolation !== 'read_uncommitted' && isolation !== 'read_committed') return undefined;
  return { reading, isolation, atLeast: bound };
}

function positionIn(data: WireData): Position | undefined {
  const topics = Object.entries(recordIn(data)).map(([topic, offsets]) => [topic, recordIn(offsets)] as const);
  const isPosition = topics.every(([, offsets]) => Object.values(offsets).every(isCount));
  return isPosition ? (Object.fromEntries(topics) as Position) : undefined;
}

function isCount(value: WireData): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
