export { TopologyTestDriver, type TestDriverOptions } from './driver/topology-test-driver.js';
export { TestInputTopic, type InputTopicOptions, type ListTimes, type Reading } from './driver/test-input-topic.js';
export { TestOutputTopic, OutputRecord } from './driver/test-output-topic.js';
export type { ProducedRecord } from './driver/captured-producer.js';
export type { InternalTopic, OffsetCommit } from '@ouzel/streams/testing';
export { timelineMatchers, type MatcherContext, type MatcherResult } from './matchers/timeline-matchers.js';
