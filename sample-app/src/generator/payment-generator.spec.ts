import { PaymentProducer, type KeyedPayment } from '../kafka/payment-producer.js';
import { readConfig } from '../sample-config.js';
import { PaymentGenerator } from './payment-generator.js';

class Recording extends PaymentProducer {
  readonly taken: KeyedPayment[] = [];
  private reached: () => void = () => {};

  constructor(private readonly wanted: number) {
    super();
  }
  readonly done = new Promise<void>((resolve) => (this.reached = resolve));

  async send(payments: readonly KeyedPayment[]): Promise<void> {
    this.taken.push(...payments);
    if (this.taken.length >= this.wanted) this.reached();
  }
}

async function run(producer: Recording): Promise<readonly KeyedPayment[]> {
  const generator = new PaymentGenerator(readConfig({ PAYMENTS_PER_SECOND: '2000' }), producer);
  generator.onApplicationBootstrap();
  await producer.done;
  await generator.onModuleDestroy();
  return producer.taken;
}
const withoutTime = ({ key, payment: { userId, amount, currency } }: KeyedPayment) => ({ key, userId, amount, currency });

describe('the generator', () => {
  it('makes the same payments at every start, some of nobody', async () => {
    const first = (await run(new Recording(200))).slice(0, 200);
    const second = (await run(new Recording(200))).slice(0, 200);
    expect(second.map(withoutTime)).toEqual(first.map(withoutTime));
    expect(first.some(({ key }) => key === 'unknown')).toBe(true);
    expect(first.every(({ key, payment }) => key === 'unknown' || /^user-\d+$/.test(payment.userId))).toBe(true);
    expect(new Set(first.map(({ payment }) => payment.id)).size).toBe(200);
  });

  it('makes none when it is off', async () => {
    const producer = new Recording(1);
    const generator = new PaymentGenerator(readConfig({ PAYMENTS_PER_SECOND: '0' }), producer);
    generator.onApplicationBootstrap();
    await generator.onModuleDestroy();
    expect(producer.taken).toEqual([]);
  });
});
