import type { ApplicationStatus } from '@ouzel/streams';
import type { HealthSnapshot } from './ouzel-health.js';
import type { Probes } from './probes.js';

/** One application in the body of a health endpoint. */
export interface HealthEntry {
  readonly status: 'up' | 'down';
  readonly state: string;
  readonly [detail: string]: unknown;
}

/** The body of a health endpoint, in terminus' shape. */
export interface HealthReport {
  readonly status: 'ok' | 'error';
  readonly info: Readonly<Record<string, HealthEntry>>;
  readonly error: Readonly<Record<string, HealthEntry>>;
  readonly details: Readonly<Record<string, HealthEntry>>;
}

export function healthReport(snapshots: readonly HealthSnapshot[], probe: keyof Probes): HealthReport {
  const details = Object.fromEntries(
    snapshots.map((snapshot) => [snapshot.status?.applicationId ?? snapshot.name, healthEntry(snapshot, probe)]),
  );
  const ofStatus = (wanted: HealthEntry['status']) =>
    Object.fromEntries(Object.entries(details).filter(([, { status }]) => status === wanted));
  const error = ofStatus('down');
  return { status: Object.keys(error).length === 0 ? 'ok' : 'error', info: ofStatus('up'), error, details };
}

export function healthEntry(snapshot: HealthSnapshot, probe: keyof Probes): HealthEntry {
  const { isUp, reason } = snapshot[probe];
  return { status: isUp ? 'up' : 'down', ...(reason === null ? {} : { reason }), ...detailsOf(snapshot.status) };
}

function detailsOf(status: ApplicationStatus | null): { readonly state: string } & Readonly<Record<string, unknown>> {
  if (status === null) return { state: 'CREATED' };
  const { state, connectivity, tasks, standbys, restore } = status;
  const stores = tasks.flatMap(({ id, stores: of }) =>
    of.filter(({ remaining }) => remaining > 0).map((store) => ({ task: id, ...store })),
  );
  const restoring =
    restore.remaining === 0 ? {} : { restore: { restored: restore.restored, total: restore.total, remaining: restore.remaining, stores } };
  const copies = standbys.length === 0 ? {} : { standbys: copiesOf(standbys) };
  return { state, connected: connectivity.connected, tasks: tasks.length, ...copies, ...restoring };
}

/** Standby tasks, and which of their stores are behind. `lag` is null until that of every task is known. */
function copiesOf(standbys: ApplicationStatus['standbys']): Readonly<Record<string, unknown>> {
  const lags = standbys.map(({ lag }) => lag);
  const stores = standbys.flatMap(({ id, stores: of }) =>
    of.filter(({ lag }) => lag > 0).map(({ name, lag }) => ({ task: id, name, lag })),
  );
  return {
    tasks: standbys.length,
    warmUps: standbys.filter(({ isWarmUp }) => isWarmUp).length,
    lag: lags.includes(null) ? null : lags.reduce<number>((sum, lag) => sum + lag!, 0),
    ...(stores.length > 0 && { stores }),
  };
}
