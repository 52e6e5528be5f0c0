export { suite, test, type ConformanceTest, type SceneTest } from './conformance-test.js';
export { equal, matches } from './assertions.js';
