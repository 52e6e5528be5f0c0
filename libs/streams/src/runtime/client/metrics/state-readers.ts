import { ChangeBuffer } from '../../../state/suppression-buffer/change-buffer.js';
import type { ClientView } from '../client-view.js';
import { one, type Readers } from './readers.js';
import { StoreExtents } from './store-extents.js';

const perRestore = ({ tasks }: ClientView, value: (progress: (typeof tasks)[number]['progress'][number]) => number) =>
  tasks.flatMap(({ id, progress }) =>
    progress.map((store) => ({ labels: { store: store.store, partition: String(id.partition) }, value: value(store) })),
  );

/** Returns the sums of numbers by store. */
const perStore = (numbers: Iterable<readonly [store: string, value: number]>) => {
  const sums = new Map<string, number>();
  for (const [store, value] of numbers) sums.set(store, (sums.get(store) ?? 0) + value);
  return [...sums].map(([store, value]) => ({ labels: { store }, value }));
};

const perBuffer = ({ tasks }: ClientView, value: (buffer: ChangeBuffer<unknown, unknown>) => number) =>
  perStore(
    tasks.flatMap(({ task }) =>
      [...(task?.state.stores ?? [])].flatMap(([name, store]) => (store instanceof ChangeBuffer ? [[name, value(store)] as const] : [])),
    ),
  );

/** Stores: their restore, their size, and what is kept of them in memory. */
export function stateReaders() {
  const known = new StoreExtents();
  const perExtent = ({ tasks, clock }: ClientView, of: 'rows' | 'bytes') =>
    perStore(
      tasks.flatMap(({ task }) =>
        task === undefined ? [] : [...known.of(task, clock)].map(([store, extent]) => [store, extent[of]] as const),
      ),
    );
  return {
    ouzel_restored_records_total: ({ restores }) => [...restores.restored].map(([store, value]) => ({ labels: { store }, value })),
    ouzel_restore_remaining_records: (client) => perRestore(client, ({ remaining }) => remaining),
    ouzel_restore_progress_ratio: (client) => perRestore(client, ({ total, restored }) => (total === 0 ? 1 : restored / total)),
    ouzel_standby_lag_records: ({ engine }) =>
      (engine?.standbys.all ?? []).flatMap(({ id, progress }) =>
        progress.map(({ store, lag }) => ({ labels: { store, partition: String(id.partition) }, value: lag })),
      ),
    ouzel_state_wiped_total: ({ engine }) => one((engine?.tasks.wiped ?? 0) + (engine?.standbys.wiped ?? 0)),
    ouzel_store_entries: (client) => perExtent(client, 'rows'),
    ouzel_store_bytes: (client) => perExtent(client, 'bytes'),
    ouzel_open_scans: ({ tasks }) => tasks.map(({ name, task }) => ({ labels: { task: name }, value: task?.state.openScans ?? 0 })),
    ouzel_suppression_records: (client) => perBuffer(client, ({ size }) => size),
    ouzel_suppression_bytes: (client) => perBuffer(client, ({ bytes }) => bytes),
    ouzel_cache_bytes: ({ engine }) => one(engine?.cache?.bytes),
    ouzel_cache_hits_total: ({ engine }) =>
      [...(engine?.cache?.uses ?? [])].map(([store, { hits }]) => ({ labels: { store }, value: hits })),
    ouzel_cache_misses_total: ({ engine }) =>
      [...(engine?.cache?.uses ?? [])].map(([store, { misses }]) => ({ labels: { store }, value: misses })),
    ouzel_decoded_bytes: ({ engine }) => one(engine?.decoded.bytes),
    ouzel_store_operation_duration_seconds: ({ meters }) => meters.calls?.storeSeconds.samples() ?? [],
  } satisfies Partial<Readers>;
}
