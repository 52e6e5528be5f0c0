import { bytes, duration, group, maxInt32, setting, type ConfigOf } from '@ouzel/core/settings';
import { compression } from '../readers.js';

export const producerSettings = {
  /**
   * How long records wait for others of their batch.
   *
   * @defaultValue 5ms
   */
  linger: setting(duration(), 5, 'linger.ms'),
  /**
   * Bytes of a batch.
   *
   * @defaultValue 256 KiB
   */
  batchSize: setting(bytes(1), 256 * 1024, 'batch.size'),
  /**
   * Codec of batches. All but 'gzip' need a package of their own.
   *
   * @defaultValue 'none'
   */
  compression: setting(compression, 'none', 'compression.type'),
  /**
   * Bytes of the largest request, and so of the largest record.
   *
   * @defaultValue 1 MiB
   */
  maxRequestSize: setting(bytes(1, maxInt32), 1024 * 1024, 'max.request.size'),
  /**
   * How long a record is retried before it fails.
   *
   * @defaultValue 2m
   */
  deliveryTimeout: setting(duration(1), 120_000, 'delivery.timeout.ms'),
};

/** How records are written. */
export interface ProducerConfig extends ConfigOf<typeof producerSettings> {}

export const consumerSettings = {
  /**
   * How long the broker may hold a fetch that finds no records.
   *
   * @defaultValue 500ms
   */
  maxWait: setting(duration(1, maxInt32), 500, 'fetch.max.wait.ms'),
  /**
   * Bytes of the response to a fetch.
   *
   * @defaultValue 16 MiB
   */
  maxBytes: setting(bytes(1, maxInt32), 16 * 1024 * 1024, 'fetch.max.bytes'),
};

/** How records are read. */
export interface ConsumerConfig extends ConfigOf<typeof consumerSettings> {}

export const clientSettings = {
  /**
   * How records are written.
   *
   * @defaultValue {}
   */
  producer: group<ProducerConfig, typeof producerSettings>(producerSettings),
  /**
   * How records are read.
   *
   * @defaultValue {}
   */
  consumer: group<ConsumerConfig, typeof consumerSettings>(consumerSettings),
};
