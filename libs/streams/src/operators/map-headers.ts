import { Headers, kindOf, OuzelError } from '@ouzel/core';
import { ProcessorNode } from '../processor/node.js';
import { StreamRecord } from '../record/record.js';
import type { ValueMapper } from './callbacks.js';
import { synchronous } from './results.js';

/** Replaces the headers (Kafka Streams has no such operator; Spring's HeaderEnricherProcessor adds headers). */
export class MapHeaders<K, V> extends ProcessorNode<K, V, K, V> {
  constructor(private readonly mapper: ValueMapper<K, V, Headers>) {
    super();
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const headers = synchronous(this.mapper(record.value, record.key, record), 'mapHeaders');
    if (headers instanceof Headers) return this.forward(new StreamRecord(record.key, record.value, record.timestamp, headers));
    throw new OuzelError('OUZEL_PROCESSING', {
      what: `the callback of mapHeaders must return Headers, not ${kindOf(headers)}`,
      help: 'Return record.headers.with(…), or Headers.of([…]).',
    });
  }
}
