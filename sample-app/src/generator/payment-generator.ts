import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Payment } from '../payments/payment.js';
import { sampleConfig, type SampleConfig } from '../sample-config.js';
import { PaymentProducer, type KeyedPayment } from '../kafka/payment-producer.js';
import { seededRandom } from './seeded-random.js';

const seed = 42;
const users = 50;
/** One payment in this many has an unknown user. */
const oneUnknownIn = 20;
const tickMs = 100;
const retryMs = 1_000;
/** How long the last batch may take when the app stops. */
const lastBatchMs = 1_000;

/** Makes payments, so that there is something to see. Every start makes the same ones, except for their time. */
@Injectable()
export class PaymentGenerator implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Generator');
  private readonly random = seededRandom(seed);
  private readonly stopping = new AbortController();
  private running = Promise.resolve();
  private made = 0;

  constructor(
    @Inject(sampleConfig) private readonly config: SampleConfig,
    private readonly producer: PaymentProducer,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.paymentsPerSecond > 0) this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await Promise.race([this.running, sleep(lastBatchMs, undefined, { ref: false })]);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let last = Date.now();
    let due = 0;
    while (!signal.aborted) {
      const now = Date.now();
      due += ((now - last) / 1_000) * this.config.paymentsPerSecond;
      last = now;
      const batch = Array.from({ length: Math.floor(due) }, () => this.next(now));
      due -= batch.length;
      await this.send(batch);
      await sleep(tickMs, undefined, { signal }).catch(() => {});
    }
  }

  /** Sends the batch until Kafka has taken it or the app stops. No payment is made meanwhile. */
  private async send(batch: readonly KeyedPayment[]): Promise<void> {
    const { signal } = this.stopping;
    for (let attempt = 1; batch.length > 0; attempt++) {
      try {
        return await this.producer.send(batch);
      } catch (error) {
        if (signal.aborted) return;
        if (attempt === 1)
          this.logger.warn(`Kafka has not taken the payments, trying again: ${error instanceof Error ? error.message : String(error)}`);
        await sleep(retryMs, undefined, { signal }).catch(() => {});
      }
    }
  }

  private next(ts: number): KeyedPayment {
    const isUnknown = this.random() < 1 / oneUnknownIn;
    const userId = isUnknown ? 'unknown' : `user-${Math.floor(this.random() * users) + 1}`;
    const amount = Math.floor(this.random() * 10_000) + 100;
    const payment: Payment = { id: `${ts.toString(36)}-${++this.made}`, userId, amount, currency: 'EUR', ts };
    return { key: userId, payment };
  }
}
