import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import type { EmbeddedKafka, KafkaConnection } from '@ouzel/streams';
import { sampleConfig, type SampleConfig } from '../sample-config.js';
import { DriverPaymentProducer } from './driver-payment-producer.js';
import { PaymentProducer } from './payment-producer.js';
import { connectionFor, sampleKafka } from './sample-kafka.js';

@Module({})
export class KafkaModule implements OnApplicationShutdown {
  constructor(@Inject(sampleKafka) private readonly kafka: KafkaConnection) {}

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

  /** Closes the embedded Kafka last, when everything that uses it has stopped. */
  onApplicationShutdown(): void {
    if ('close' in this.kafka) (this.kafka as EmbeddedKafka).close();
  }
}
