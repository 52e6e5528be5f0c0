import { describeKeyValueStores } from './key-value/key-value.conformance.js';
import { describeSessionStores } from './session/session.conformance.js';
import { setups } from './store-lab.spec-support.js';
import { describeVersionedStores } from './versioned/versioned.conformance.js';
import { describeWindowStores } from './window/window.conformance.js';

describe.each(setups)('on $rows, cached: $cached', (setup) => {
  describe('a key-value store', () => describeKeyValueStores(setup));
  describe('a window store', () => describeWindowStores(setup));
  describe('a session store', () => describeSessionStores(setup));
  if (!setup.cached) describe('a versioned store', () => describeVersionedStores(setup));
});
