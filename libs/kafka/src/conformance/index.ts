export type { ConformanceTest } from '@ouzel/core/conformance';
export { driverConformance } from './driver-conformance.js';
export type { ClusterUnderTest } from './world.js';
