import { Aggregate, Filter, Source, StreamTopology } from '@ouzel/nestjs';
import { serdes, tumbling, type KStream } from '@ouzel/streams';
import type { SampleConfig } from '../sample-config.js';
import type { Payment, Total } from './payment.js';

/**
 * Counts and sums payments. Each decorated member is a stream or a table, and other members name it as their upstream.
 */
@StreamTopology()
export class PaymentTopology {
  @Source((config: SampleConfig) => config.topics.payment, { key: serdes.string, value: serdes.json<Payment>(), tombstones: 'drop' })
  readonly payments!: KStream<string, Payment>;

  /** Writes payments whose user is not known to a topic of their own. */
  @Filter('payments', { to: (config: SampleConfig) => config.topics.unknownPayment })
  unknown(_payment: Payment, key: string): boolean {
    return key === 'unknown';
  }

  /** Count and sum of each user, in the store `totals`. */
  @Aggregate('payments', { initial: () => ({ count: 0, amount: 0 }), value: serdes.json<Total>() })
  totals(total: Total, payment: Payment): Total {
    return { count: total.count + 1, amount: total.amount + payment.amount };
  }

  /**
   * Sum of each user and minute, in the store `spend-per-minute`. The payments are grouped by a part of their value, so
   * they go through a repartition topic first.
   */
  @Aggregate('payments', {
    groupBy: (payment: Payment) => payment.userId,
    key: serdes.string,
    window: tumbling('1m', { grace: '10m' }),
    initial: () => 0,
    value: serdes.double,
  })
  spendPerMinute(total: number, payment: Payment): number {
    return total + payment.amount;
  }
}
