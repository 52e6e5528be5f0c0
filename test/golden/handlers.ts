import type { ProcessingHandler, ProductionHandler } from '@ouzel/streams';

/**
 * Writes its arguments to the topic "told", and fails for values that end with "stop" (ErrorHandling.TellingHandler).
 */
export const tellingHandler: ProcessingHandler = (error, record, at) => {
  if (String(record!.value).endsWith('stop')) return 'fail';
  const told = [at.topic, at.partition, at.offset, at.timestamp, at.node, at.taskId, record!.key, record!.value, error.message].join(' ');
  return { verdict: 'continue', deadLetters: [{ topic: 'told', timestamp: 99, key: at.sourceKey, value: Buffer.from(told) }] };
};

/**
 * Continues after every error. With a dead-letter topic it writes the raw key and value of the source record there,
 * without headers (ErrorHandling.ResumingProduction).
 */
export function resumingProduction(topic: string | undefined): ProductionHandler {
  return (_error, _record, at) => {
    const deadLetters = topic === undefined ? [] : [{ topic, timestamp: at.timestamp, key: at.sourceKey, value: at.sourceValue }];
    return { verdict: 'continue', deadLetters };
  };
}
