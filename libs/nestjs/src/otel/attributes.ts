import type { Attributes } from '@opentelemetry/api';
import type { RecordContext } from '@ouzel/streams';

/** Names of OpenTelemetry's semantic conventions for messaging, version 1.45. */
export const attributes = {
  system: 'messaging.system.name',
  operation: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destination: 'messaging.destination.name',
  partition: 'messaging.destination.partition.id',
  group: 'messaging.consumer.group.name',

  offset: 'kafka.offset',
  tombstone: 'kafka.message.tombstone',
  error: 'error.type',
  /** Of our own: which task did the work, how many tasks a commit had, how many sampled records a run. */
  task: 'ouzel.task',
  tasks: 'ouzel.tasks',
  sampled: 'ouzel.sampled_records',
} as const;

/** The attributes of an operation on messages. */
export function operation(name: string, type: 'process' | 'send' | 'settle', group: string): Attributes {
  return { [attributes.system]: 'kafka', [attributes.operation]: name, [attributes.operationType]: type, [attributes.group]: group };
}

/** The attributes of a record that was read. Keys are left out: they may be personal data. */
export function placeOf({ topic, partition, offset, sourceValue }: RecordContext): Attributes {
  return {
    [attributes.destination]: topic ?? '',
    [attributes.partition]: String(partition),
    [attributes.offset]: offset,
    ...(sourceValue === null ? { [attributes.tombstone]: true } : {}),
  };
}
