import type { Logger } from '@ouzel/core';
import type { DriverError, KafkaDriver } from '@ouzel/kafka';

/** Knows whether Kafka responds, by what its driver reports. Each change is logged once. */
export class Connectivity {
  /** The last failure. Undefined while Kafka responds. */
  failure: DriverError | undefined;
  /** Resolves when Kafka does not respond for the first time. */
  readonly firstFailure: Promise<void>;
  private failed!: () => void;

  constructor(private readonly logger: Logger) {
    this.firstFailure = new Promise((resolve) => (this.failed = resolve));
  }

  watch(driver: KafkaDriver): void {
    driver.onConnectivity((failure) => {
      if (failure !== undefined && this.failure === undefined) this.logger.warn(`Kafka does not respond, still trying: ${failure.what}`);
      if (failure === undefined && this.failure !== undefined) this.logger.info('Kafka responds again');
      this.failure = failure;
      if (failure !== undefined) this.failed();
    });
  }
}
