import { Module, type DynamicModule } from '@nestjs/common';
import { OuzelModule } from '@ouzel/nestjs';
import type { KafkaConnection } from '@ouzel/streams';
import { join } from 'node:path';
import { PaymentGenerator } from './generator/payment-generator.js';
import { KafkaModule } from './kafka/kafka.module.js';
import { sampleKafka } from './kafka/sample-kafka.js';
import { PaymentTopology } from './payments/payment.topology.js';
import { SpendController } from './payments/spend.controller.js';
import { TotalsController } from './payments/totals.controller.js';
import { sampleConfig, type SampleConfig } from './sample-config.js';

@Module({})
export class AppModule {
  static of(config: SampleConfig): DynamicModule {
    const kafka = KafkaModule.of(config);
    return {
      module: AppModule,
      imports: [
        kafka,
        OuzelModule.forRootAsync({
          imports: [kafka],
          inject: [sampleConfig, sampleKafka],
          useFactory: (config: SampleConfig, kafka: KafkaConnection) => ({
            config,
            kafka,
            applicationId: config.applicationId,
            applicationServer: `localhost:${config.port}`,
            stateDirectory: join(config.directory, 'state'),
            waitForTopics: '10m',
            sessionTimeout: config.sessionTimeout,
            processingGuarantee: config.processingGuarantee,
          }),
        }),
      ],
      providers: [PaymentTopology, PaymentGenerator],
      controllers: [TotalsController, SpendController],
    };
  }
}
