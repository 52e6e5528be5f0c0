import { Kafka, logLevel, type Producer, type ProducerRecord } from 'kafkajs';
import { partitionOf } from '@ouzel/streams';
import { setTimeout as sleep } from 'node:timers/promises';

const keys = 60;
const customers = 10;
const orders = 40;
const batchMs = 100;
/** One batch of so many is a transaction, and one transaction of two is aborted. */
const transactionEvery = 6;

/**
 * Writes the input of a run with the `kafkajs` package. Whether a batch that failed was written is not known: the log
 * of the input tells it in the end.
 */
export class Load {
  /** Numbers that were given to inputs, those of aborted transactions included. */
  inputs = 0;
  private versions = 0;
  /** A key of each partition. */
  private readonly endKeys: readonly string[];
  private batches = 0;
  private isStopping = false;
  private running: Promise<void> = Promise.resolve();
  private plain: Producer;
  private transactional: Producer;

  constructor(
    private readonly kafka: Kafka,
    private readonly app: string,
    partitions: number,
    private readonly perSecond: number,
    /** How long its transactions may be open, ms: longer than Kafka takes to start, see `Plan.transactionMs`. */
    private readonly transactionMs: number,
    private readonly random: () => number,
  ) {
    const names = Array.from({ length: 100 }, (_, i) => `end-${i}`);
    this.endKeys = Array.from({ length: partitions }, (_, partition) =>
      names.find((key) => partitionOf(Buffer.from(key), partitions) === partition)!,
    );
    this.plain = this.producer();
    this.transactional = this.producer(`${app}-load`);
  }

  /** Writes the first rows of all tables. Nothing fails yet: a producer may try again. */
  async begin(): Promise<void> {
    const first = this.kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 30, maxRetryTime: 2_000 } });
    await first.connect();
    const row = (key: string, value: string) => ({ key, value });
    const named = Array.from({ length: keys }, (_, i) => row(`key-${i}`, String(this.versions++)));
    const ends = this.endKeys.map((key) => row(key, String(this.versions++)));
    const customerRows = Array.from({ length: customers }, (_, i) => row(`customer-${i}`, String(this.versions++)));
    const orderRows = Array.from({ length: orders }, (_, i) => row(`order-${i}`, this.order()));
    await first.sendBatch({
      topicMessages: [
        { topic: `${this.app}-names`, messages: [...named, ...ends] },
        { topic: `${this.app}-customers`, messages: customerRows },
        { topic: `${this.app}-orders`, messages: orderRows },
      ],
    });
    await first.disconnect();
    await this.connect();
  }

  start(): void {
    this.running = this.run();
  }

  /** Ends the load with records that close all windows. Resolves when they are written. */
  async finish(): Promise<void> {
    this.isStopping = true;
    await this.running;
    const timestamp = String(Date.now() + 3_600_000);
    for (let attempts = 0; ; attempts++) {
      try {
        const messages = this.endKeys.map((key) => ({ key, value: String(this.inputs++), timestamp }));
        await this.plain.send({ topic: `${this.app}-in`, messages });
        break;
      } catch (thrown) {
        if (attempts === 20) throw thrown;
        await this.beginAgain();
      }
    }
    await Promise.all([this.plain.disconnect(), this.transactional.disconnect()]);
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      const next = Date.now() + batchMs;
      await this.batch().catch(() => this.beginAgain());
      await sleep(Math.max(0, next - Date.now()));
    }
  }

  /**
   * A number must not come twice, so nothing is sent twice. An idempotent producer of kafkajs 2.2.4 must try again, and
   * then sends a batch to the former and to the new connection of a broker, with two sequence numbers.
   */
  private producer(transactionalId?: string): Producer {
    const options = { maxInFlightRequests: 1, allowAutoTopicCreation: false, retry: { retries: 0 } };
    return this.kafka.producer(
      transactionalId === undefined ? options : { ...options, transactionalId, transactionTimeout: this.transactionMs },
    );
  }

  /**
   * What a producer that failed has sent may be in doubt: another one goes on. It begins with batches without a
   * transaction: where a Kafka that has just started ends the former transaction, it leaves out markers for ever.
   */
  private async beginAgain(): Promise<void> {
    this.batches += transactionEvery - (this.batches % transactionEvery) + 1;
    const old = [this.plain, this.transactional];
    this.plain = this.producer();
    this.transactional = this.producer(`${this.app}-load`);
    await Promise.allSettled(old.map((producer) => producer.disconnect()));
    await this.connect();
    await sleep(500);
  }

  /** A producer that does not come to a connection fails with what it sends. */
  private async connect(): Promise<void> {
    await Promise.allSettled([this.plain.connect(), this.transactional.connect()]);
  }

  private async batch(): Promise<void> {
    const batch = this.batches++;
    const topicMessages = this.records();
    if (batch % transactionEvery !== 0) return void (await this.plain.sendBatch({ topicMessages }));
    const transaction = await this.transactional.transaction();
    const isAborted = batch % (2 * transactionEvery) === 0;
    try {
      await transaction.sendBatch({ topicMessages });
      await (isAborted ? transaction.abort() : transaction.commit());
    } catch (thrown) {
      if (transaction.isActive()) await transaction.abort();
      throw thrown;
    }
  }

  private records(): { topic: string; messages: ProducerRecord['messages'] }[] {
    const timestamp = String(Date.now());
    const inputs = Array.from({ length: Math.ceil((this.perSecond * batchMs) / 1_000) }, () => this.inputs++);
    return [
      { topic: `${this.app}-in`, messages: inputs.map((number) => ({ key: this.one('key', keys), value: String(number), timestamp })) },
      { topic: `${this.app}-names`, messages: [{ key: this.one('key', keys), value: String(this.versions++) }] },
      { topic: `${this.app}-customers`, messages: [{ key: this.one('customer', customers), value: String(this.versions++) }] },
      { topic: `${this.app}-orders`, messages: [{ key: this.one('order', orders), value: this.order() }] },
    ];
  }

  private order(): string {
    return `${this.one('customer', customers)}:${this.versions++}`;
  }

  private one(name: string, count: number): string {
    return `${name}-${Math.floor(this.random() * count)}`;
  }
}

export function clientOf(brokers: string): Kafka {
  return new Kafka({
    clientId: 'chaos',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    retry: { retries: 8, maxRetryTime: 4_000 },
  });
}
