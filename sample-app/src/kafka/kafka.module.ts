import { Module, type DynamicModule } from '@nestjs/common';
import { sampleConfig, type SampleConfig } from '../sample-config.js';
import { DriverPaymentProducer } from './driver-payment-producer.js';
import { PaymentProducer } from './payment-producer.js';
import { connectionFor, sampleKafka } from './sample-kafka.js';

@Module({})
export class KafkaModule {
  static of(config: SampleConfig): DynamicModule {
    return {
      module: KafkaModule,
      providers: [
        { provide: sampleConfig, useValue: config },
        { provide: sampleKafka, useFactory: () => connectionFor(config) },
        { provide: PaymentProducer, useClass: DriverPaymentProducer },
      ],
      exports: [sampleConfig, sampleKafka, PaymentProducer],
    };
  }
}
