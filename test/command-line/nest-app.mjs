import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { Count, OuzelModule, Source, StreamTopology } from '@ouzel/nestjs';
import { embedded, serdes } from '@ouzel/streams';

class PaymentTopology {}
StreamTopology()(PaymentTopology);
Source('payment', { key: serdes.string, value: serdes.json() })(PaymentTopology.prototype, 'payments');
Count('payments', { store: 'totals' })(PaymentTopology.prototype, 'totals');

class AuditTopology {}
StreamTopology({ app: 'audit' })(AuditTopology);
Source('audit', { key: serdes.string, value: serdes.string })(AuditTopology.prototype, 'entries');

/** A provider that does harm where a tool only looks at the application. */
class Generator {
  onModuleInit() {
    console.log('a hook has run');
  }
  onApplicationBootstrap() {
    console.log('a hook has run');
  }
}

const { STATE_FOLDER: stateDirectory = '.ouzel' } = process.env;
const options = (more) => ({
  kafka: embedded(),
  deadLetterTopic: 'dead',
  stateDirectory,
  cleanUpOnStart: true,
  cleanUpOnStop: true,
  ...more,
});

export class PaymentModule {}
Module({ imports: [OuzelModule.forRoot(options({ applicationId: 'payments' }))], providers: [PaymentTopology, Generator] })(PaymentModule);

export class TwoModule {}
Module({
  imports: [
    OuzelModule.forRoot(options({ applicationId: 'payments' })),
    OuzelModule.forRoot(options({ applicationId: 'audit', name: 'audit' })),
  ],
  providers: [PaymentTopology, AuditTopology],
})(TwoModule);

export default () => PaymentModule;
