import { abortController, OuzelError, settledBefore, type Clock } from '@ouzel/core';
import type { DriverError, KafkaDriver } from '@ouzel/kafka';

/**
 * Connects a driver. A driver tries for as long as it takes; this gives up after a time, ms, with OUZEL_DRIVER and the
 * last failure. `where` says in the error who wanted to connect.
 */
export async function connectedWithin(timeoutMs: number, driver: KafkaDriver, where: string, clock: Clock): Promise<void> {
  let cause: DriverError | undefined;
  driver.onConnectivity((failure) => void (cause = failure));
  const timeout = abortController();
  const cancel = clock.schedule(timeoutMs, () => timeout.abort());
  try {
    if (await settledBefore(driver.connect(), timeout.signal)) return;
  } finally {
    cancel();
  }
  throw new OuzelError('OUZEL_DRIVER', {
    what: `Kafka could not be reached within ${timeoutMs / 1_000} s${cause === undefined ? '' : `: ${cause.message}`}`,
    where,
    help: 'Check the addresses of the brokers.',
    cause,
  });
}
