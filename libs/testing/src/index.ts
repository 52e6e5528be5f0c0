export { TopologyTestDriver, type TestDriverOptions } from './topology-test-driver.js';
export { TestInputTopic, type InputTopicOptions, type ListTimes, type Reading } from './test-input-topic.js';
export { TestOutputTopic, OutputRecord } from './test-output-topic.js';
export type { ProducedRecord } from './captured-producer.js';
export type { InternalTopic, OffsetCommit } from '@ouzel/streams/testing';
