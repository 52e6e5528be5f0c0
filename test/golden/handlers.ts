import type { ProcessingHandler, ProductionHandler } from '@ouzel/streams';

/** ErrorHandling.TellingHandler: sends what it is told to the topic "told"; fails for values that end with "stop". */
export const tellingHandler: ProcessingHandler = (error, record, at) => {
  if (String(record!.value).endsWith('stop')) return 'fail';
  const told = [at.topic, at.partition, at.offset, at.timestamp, at.node, at.taskId, record!.key, record!.value, error.message].join(' ');
  return { verdict: 'continue', deadLetters: [{ topic: 'told', timestamp: 99, key: at.sourceKey, value: Buffer.from(told) }] };
};

/** ErrorHandling.ResumingProduction: resumes on every error; with a dead-letter topic it writes the source record's raw key and value there, no headers. */
export function resumingProduction(topic: string | undefined): ProductionHandler {
  return (_error, _record, at) => {
    const deadLetters = topic === undefined ? [] : [{ topic, timestamp: at.timestamp, key: at.sourceKey, value: at.sourceValue }];
    return { verdict: 'continue', deadLetters };
  };
}
