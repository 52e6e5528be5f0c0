import { describeKeyValueStores } from './key-value/key-value.conformance.js';
import { setups } from './store-lab.spec-support.js';

describe.each(setups)('on $rows, cached: $cached', (setup) => {
  describe('a key-value store', () => describeKeyValueStores(setup));
});
