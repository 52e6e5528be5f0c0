import { abortController, OuzelError, settledBefore, type Clock } from '@ouzel/core';
import type { DriverError, KafkaDriver } from '@ouzel/kafka';

/** A client waits for Kafka for as long as it takes. A command gives up after this time, ms. */
const connectTimeout = 10_000;

/** Connects. Throws OUZEL_DRIVER where Kafka does not respond within 10 s. `where` says who wants to connect. */
export async function connectedSoon(driver: KafkaDriver, where: string, clock: Clock): Promise<void> {
  let cause: DriverError | undefined;
  driver.onConnectivity((failure) => void (cause = failure));
  const timeout = abortController();
  const cancel = clock.schedule(connectTimeout, () => timeout.abort());
  try {
    if (await settledBefore(driver.connect(), timeout.signal)) return;
  } finally {
    cancel();
  }
  throw new OuzelError('OUZEL_DRIVER', {
    what: `Kafka could not be reached within ${connectTimeout / 1_000} s${cause === undefined ? '' : `: ${cause.message}`}`,
    where,
    help: 'Check the addresses of the brokers.',
    cause,
  });
}
