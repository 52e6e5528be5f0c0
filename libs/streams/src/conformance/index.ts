export type { ConformanceTest } from '@ouzel/core/conformance';
export { keyValueConformance } from './key-value-conformance.js';
export { sessionConformance, type SessionBounds, type SessionOrder } from './session-conformance.js';
export { storeConformance, type StoreUnderTest } from './store-conformance.js';
export { versionedConformance } from './versioned-conformance.js';
export { windowConformance, type WindowOrder } from './window-conformance.js';
