import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { asError, Headers, partitionOf, type KafkaConnection, type KafkaDriver, type Producer } from '@ouzel/streams';
import { sampleConfig, type SampleConfig } from '../sample-config.js';
import { PaymentProducer, type KeyedPayment } from './payment-producer.js';
import { sampleKafka } from './sample-kafka.js';

const partitions = 4;

interface Connected {
  readonly producer: Producer;
  readonly partitions: number;
}

/**
 * Writes payments with a driver of Ouzel, the same way to the embedded Kafka and to a real one. It also creates the
 * topics where they are missing, so that the sample runs at once. In an application, the operators of the cluster do
 * that.
 */
@Injectable()
export class DriverPaymentProducer extends PaymentProducer implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Topics');
  private readonly driver: KafkaDriver;
  private connected!: Promise<Connected>;
  private isClosed = false;

  constructor(
    @Inject(sampleConfig) private readonly config: SampleConfig,
    @Inject(sampleKafka) kafka: KafkaConnection,
  ) {
    super();
    this.driver = kafka.createDriver({ clientId: 'payment-generator' });
  }

  /** Begins to connect, and does not wait for it: the app also starts while Kafka is down. */
  onModuleInit(): void {
    this.connected = this.connect();
    this.connected.catch((error: unknown) => this.isClosed || this.logger.error(asError(error).message));
  }

  async onModuleDestroy(): Promise<void> {
    this.isClosed = true;
    await this.driver.close();
  }

  async send(payments: readonly KeyedPayment[]): Promise<void> {
    const { producer, partitions: count } = await this.connected;
    const failures: Error[] = [];
    const delivery = { delivered: () => {}, failed: (_record: unknown, error: Error) => failures.push(error) };
    for (const { key, payment } of payments) {
      const keyBytes = Buffer.from(key);
      producer.send({
        topic: this.config.topics.payment,
        partition: partitionOf(keyBytes, count),
        key: keyBytes,
        value: Buffer.from(JSON.stringify(payment)),
        timestamp: payment.ts,
        headers: Headers.empty,
        delivery,
      });
    }
    await producer.flush();
    if (failures.length > 0) throw failures[0]!;
  }

  private async connect(): Promise<Connected> {
    const { payment, unknownPayment } = this.config.topics;
    await this.driver.connect();
    const existing = await this.driver.admin.topics([payment, unknownPayment]);
    const missing = [payment, unknownPayment].filter((topic) => !existing.has(topic));
    if (missing.length > 0) {
      await this.driver.admin.createTopics(missing.map((topic) => ({ topic, partitions, replicationFactor: -1, config: {} })));
      this.logger.log(`created ${missing.join(' and ')} with ${partitions} partitions`);
    }
    const producer = this.driver.createProducer({
      lingerMs: 5,
      batchSize: 65_536,
      maxRequestSize: 1_048_576,
      compression: 'none',
      deliveryTimeoutMs: 120_000,
    });
    return { producer, partitions: existing.get(payment)?.partitions ?? partitions };
  }
}
