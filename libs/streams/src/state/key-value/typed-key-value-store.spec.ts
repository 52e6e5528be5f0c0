import { setups, StoreLab } from '../../conformance/store-lab.js';
import { serdes } from '../../serdes/serdes.js';
import { storeSpec } from '../kind/store-spec.js';
import type { TimestampedKeyValueStore } from '../store.js';
import { keyValueKind } from './key-value-kind.js';

const spec = storeSpec(keyValueKind, {
  name: 's',
  options: { values: 'timestamped' },
  key: serdes.string,
  value: serdes.json<{ n: number }>(),
  caching: true,
});

describe.each(setups)('the rows of a table ($rows, cached: $cached)', (setup) => {
  it('are logged as the value alone, with its timestamp as that of the record, and read back from there', () =>
    StoreLab.during<TimestampedKeyValueStore<string, { n: number }>>(spec, setup, async (lab) => {
      lab.at(9);
      lab.store.put('a', { value: { n: 1 }, timestamp: 7 });
      await lab.flush();
      expect(lab.logged.map(({ key, value, timestamp }) => [String(key), String(value), timestamp])).toEqual([['a', '{"n":1}', 7]]);
      await lab.crash('kept');
      expect(lab.store.get('a')).toEqual({ value: { n: 1 }, timestamp: 7 });
    }));
});
