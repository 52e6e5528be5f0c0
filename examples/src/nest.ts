// A Nest application: payments are converted by an injected service, summed up per user, and shown over HTTP.
import 'reflect-metadata';
import { Body, Controller, Get, Injectable, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Aggregate, InjectStore, MapValues, OuzelModule, Source, StreamTopology } from '@ouzel/nestjs';
import { embedded, KeyValueStoreView, serdes, type KStream } from '@ouzel/streams';

interface Payment {
  readonly amount: number;
  readonly currency: string;
}

const kafka = embedded();
kafka.createTopics([{ topic: 'payment', partitions: 4 }]);

@Injectable()
class ExchangeRates {
  private readonly euros: Readonly<Record<string, number>> = { EUR: 1, CHF: 1.05, USD: 0.9 };

  toEuro({ amount, currency }: Payment): number {
    return amount * (this.euros[currency] ?? 0);
  }
}

@StreamTopology()
class PaymentTopology {
  constructor(private readonly rates: ExchangeRates) {}

  @Source('payment', { key: serdes.string, value: serdes.json<Payment>() })
  readonly payments!: KStream<string, Payment>;

  @MapValues('payments', { value: serdes.double })
  inEuro(payment: Payment): number {
    return this.rates.toEuro(payment);
  }

  @Aggregate('inEuro', { initial: () => 0, value: serdes.double, store: 'totals' })
  totals(total: number, euros: number): number {
    return total + euros;
  }
}

@Controller('payments')
class PaymentController {
  constructor(@InjectStore('totals') private readonly totals: KeyValueStoreView<string, number>) {}

  @Post(':user')
  async pay(@Param('user') user: string, @Body() payment: Payment): Promise<void> {
    await kafka.produce('payment', [{ key: user, value: JSON.stringify(payment) }]);
  }

  @Get(':user')
  async total(@Param('user') user: string): Promise<{ user: string; total: number }> {
    return { user, total: (await this.totals.get(user)) ?? 0 };
  }
}

@Module({
  imports: [OuzelModule.forRoot({ applicationId: 'payments', kafka, stateDirectory: process.env.OUZEL_STATE_DIR ?? '.ouzel' })],
  providers: [PaymentTopology, ExchangeRates],
  controllers: [PaymentController],
})
class AppModule {}

const app = await NestFactory.create(AppModule);
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3_000);
console.log(`Listening at ${await app.getUrl()}`);
