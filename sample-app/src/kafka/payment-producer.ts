import type { Payment } from '../payments/payment.js';

export interface KeyedPayment {
  readonly key: string;
  readonly payment: Payment;
}

/** Writes payments to their topic, as another service would. */
export abstract class PaymentProducer {
  /** Resolves when Kafka has the payments. Rejects when it does not take them. */
  abstract send(payments: readonly KeyedPayment[]): Promise<void>;
}
