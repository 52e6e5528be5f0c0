import { serdes, session, within } from '@ouzel/streams';
import { encode } from './bench-task.js';
import { measureTask, topologyFrom, compare, type Workload } from './measure.js';
import { epoch, text } from './payments.js';

const apartMs = 100;
const record = (at: number) => ({ key: 'hot', value: 'x', timestamp: epoch + at });
/** Records of one key, a tenth of a second apart: one at each place in time. */
const placed = (places: number) => encode(places, (i) => record(i * apartMs));
/** Records that each meet one of the placed records. They visit the places in a scattered order. */
const scattered = (n: number, places: number) => encode(n, (i) => record(((i * 7_919) % places) * apartMs + 1));

const sessions = topologyFrom((builder) =>
  builder
    .stream('in', text)
    .groupByKey()
    .windowedBy(session('10ms', { grace: '1d' }))
    .count({ materialized: { store: 'counts' } })
    .toStream()
    .map((count, { key }) => [key, count])
    .to('out', { key: serdes.string, value: serdes.long }),
);
const joined = topologyFrom((builder) =>
  builder
    .stream('in', text)
    .join(builder.stream('other', text), (left, right) => left + right, {
      window: within('10ms', { grace: '1d' }),
      ...text,
      left: serdes.string,
      right: serdes.string,
    })
    .to('out', text),
);

/**
 * All records have one key. The cost of a record must not grow with the sessions and records of its key that it does
 * not touch.
 */
export async function hotKey(): Promise<void> {
  await curve((places) => ({
    name: `one hot key, ${places.toLocaleString('en')} sessions open, one met`,
    topology: sessions,
    inputs: ['in'],
    before: [['in', placed(places)]],
    measured: [['in', scattered(20_000, places)]],
    records: 20_000,
  }));
  await curve((places) => ({
    name: `one hot key, ${places.toLocaleString('en')} records in the join's store, one met`,
    topology: joined,
    inputs: ['in', 'other'],
    before: [['in', placed(places)]],
    measured: [['other', scattered(20_000, places)]],
    records: 20_000,
  }));
}

async function curve(workload: (places: number) => Workload): Promise<void> {
  let former = 0;
  for (const places of [10, 1_000, 100_000]) {
    const perRecord = await measureTask(workload(places));
    if (former > 0) compare('of that with a hundredth of them', perRecord, former);
    former = perRecord;
  }
}
