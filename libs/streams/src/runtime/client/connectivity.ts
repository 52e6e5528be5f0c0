import type { Logger } from '@ouzel/core';
import type { DriverError, KafkaDriver } from '@ouzel/kafka';

/** Whether Kafka answers, as its driver says. Each change is logged once. */
export class Connectivity {
  /** Undefined while Kafka answers. */
  failure: DriverError | undefined;
  /** Resolves when Kafka does not answer for the first time. */
  readonly firstFailure: Promise<void>;
  private failed!: () => void;

  constructor(private readonly logger: Logger) {
    this.firstFailure = new Promise((resolve) => (this.failed = resolve));
  }

  watch(driver: KafkaDriver): void {
    driver.onConnectivity((failure) => {
      if (failure !== undefined && this.failure === undefined) this.logger.warn(`Kafka does not answer, still trying: ${failure.what}`);
      if (failure === undefined && this.failure !== undefined) this.logger.info('Kafka answers again');
      this.failure = failure;
      if (failure !== undefined) this.failed();
    });
  }
}
