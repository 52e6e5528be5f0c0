import { roughDuration, type Clock, type Logger } from '@ouzel/core';
import { recordPlace, type ConsumerRecord } from '@ouzel/kafka';

const pauseMs = 60_000;

/** Logs records of one input that are dropped for their time: the first one, and then at most one a minute. */
export class OutOfBoundsLog {
  private next = -Infinity;

  constructor(
    private readonly task: string,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Called for each record that is dropped. `time`: the time that the extractor returned, epoch ms. */
  note(time: number, record: ConsumerRecord): void {
    if (this.clock.monotonic() < this.next) return;
    this.next = this.clock.monotonic() + pauseMs;
    const distance = time - this.clock.now();
    const where = distance > 0 ? 'ahead of' : 'behind';
    this.logger.warn(
      `task ${this.task}: ${recordPlace(record)} is dropped: its time is ${roughDuration(Math.abs(distance))} ${where} the clock, ` +
        'and timestamps.within bounds it. More of the next minute are counted and not logged.',
    );
  }
}
