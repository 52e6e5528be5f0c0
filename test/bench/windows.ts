import {
  hopping,
  serdes,
  session,
  sliding,
  tumbling,
  untilWindowCloses,
  type KGroupedStream,
  type KStream,
  type StreamsBuilder,
  type Windowed,
} from '@ouzel/streams';
import { measureTask, topologyFrom } from './measure.js';
import { payments } from './payments.js';

interface Payment {
  readonly amount: number;
}
type Sums = { toStream(): KStream<Windowed<string>, number> };
type Grouped = KGroupedStream<string, Payment>;

const sums = { materialized: { store: 'sums', key: serdes.string, value: serdes.long } };
const add = (sum: number, { amount }: Payment) => sum + amount;
const zero = () => 0;

const aggregates: Readonly<Record<string, (payments: Grouped) => Sums>> = {
  'tumbling, 1 min': (payments) => payments.windowedBy(tumbling('1m', { grace: '10s' })).aggregate(zero, add, sums),
  'hopping, 1 min every 15 s': (payments) => payments.windowedBy(hopping('1m', '15s', { grace: '10s' })).aggregate(zero, add, sums),
  'sliding, 30 s': (payments) => payments.windowedBy(sliding('30s', { grace: '10s' })).aggregate(zero, add, sums),
  'session, gap 5 s': (payments) =>
    payments.windowedBy(session('5s', { grace: '10s' })).aggregate(zero, add, (left, right) => left + right, sums),
};

const topology = (aggregate: (payments: Grouped) => Sums) =>
  topologyFrom((builder: StreamsBuilder) => {
    const grouped = builder.stream('in', { key: serdes.string, value: serdes.json<Payment>() }).groupByKey();
    aggregate(grouped)
      .toStream()
      .map((sum, { key, window }) => [`${key}@${window.start}`, sum])
      .to('out', { key: serdes.string, value: serdes.long });
  });

/** Sums JSON payments of 10,000 keys per window. */
export async function windows(): Promise<void> {
  const records = 100_000;
  const measured = [['in', payments(records, 10_000)]] as const;
  for (const [kind, aggregate] of Object.entries(aggregates)) {
    const workload = { topology: topology(aggregate), inputs: ['in'], measured, records };
    await measureTask({ ...workload, name: `${kind}: every update` });
    await measureTask({ ...workload, name: `${kind}: record cache 10 MiB`, cacheMaxBytes: 10 * 1024 * 1024 });
  }
}

/** Sends final results only: by suppression, and by emitting on close. */
export async function finals(): Promise<void> {
  const records = 100_000;
  const measured = [['in', payments(records, 10_000)]] as const;
  const window = tumbling('1m', { grace: '10s' });
  const suppressed = topology((payments) => payments.windowedBy(window).aggregate(zero, add, sums).suppress(untilWindowCloses()));
  const onClose = topology((payments) => payments.windowedBy(window).emitStrategy('close').aggregate(zero, add, sums));
  for (const [how, cacheMaxBytes] of [
    ['', 0],
    [', record cache 10 MiB', 10 * 1024 * 1024],
  ] as const) {
    await measureTask({
      name: `tumbling, suppressed until it closes${how}`,
      topology: suppressed,
      inputs: ['in'],
      measured,
      records,
      cacheMaxBytes,
    });
  }
  await measureTask({ name: 'tumbling, emitted on close', topology: onClose, inputs: ['in'], measured, records });
}
