import { cpSync } from 'node:fs';
import { DriverError, type Fetcher, type GroupMember, type KafkaConnection, type Producer, type TransactionalProducer } from '@ouzel/kafka';
import type { EmbeddedKafka } from '@ouzel/kafka/embedded';
import { TaskState } from '../../state/database/task-state.js';

/** The points at which a process may die. What follows of its work does not happen, and what it has done stays. */
export const crashPoints = [
  'while it processes a record',
  'while it sends on what it held back',
  'while it punctuates',
  'before the records are sent',
  'after the records are sent',
  'before the flush',
  'after the flush',
  'before the offsets',
  'after the offsets',
  'before the end of the transaction',
  'after the end of the transaction',
  'before the batch of rows',
  'after the batch of rows',
  'while it restores',
  'when it is given tasks',
  'when tasks are taken from it',
] as const;
export type CrashPoint = (typeof crashPoints)[number];

/** Points that are reached before the first record is processed. */
const atOnce: readonly CrashPoint[] = ['while it restores', 'when it is given tasks'];

type Call = (...args: never[]) => unknown;

/**
 * The death of one client in this process. Its driver ends as that of a process that dies, and `copy` is its local
 * state at that moment.
 */
export class Death {
  isOver = false;
  private isArmed: boolean;
  private generations = 0;
  private crash: () => void = () => {};

  constructor(
    private readonly kafka: EmbeddedKafka,
    private readonly point: CrashPoint,
    private readonly folder: string,
    readonly copy: string,
  ) {
    this.isArmed = atOnce.includes(point);
  }

  /** From now on the client dies at its point. */
  arm(): void {
    this.isArmed = true;
  }

  /** Lets the client die if this is its point. */
  at(point: CrashPoint): void {
    if (point !== this.point || !this.isArmed || this.isOver) return;
    this.isOver = true;
    cpSync(this.folder, this.copy, { recursive: true });
    this.crash();
    throw this.gone();
  }

  /** The Kafka of the client that dies. */
  get connection(): KafkaConnection {
    return {
      createDriver: (options) => {
        const driver = this.kafka.createDriver(options);
        this.crash = () => driver.crash();
        const { createProducer, createMember, createFetcher } = driver;
        driver.createProducer = ((more: never) => this.watchProducer(createProducer.call(driver, more))) as typeof createProducer;
        driver.createMember = (more) => this.watchMember(createMember.call(driver, more));
        let fetchers = 0;
        // The second fetcher reads changelogs.
        driver.createFetcher = (more) => this.watchFetcher(createFetcher.call(driver, more), ++fetchers === 2);
        return driver;
      },
    };
  }

  /** Watches the batches of local rows of all clients; `restore` ends that. */
  watchRows(): { restore(): void } {
    const { commit } = TaskState.prototype;
    const watched = this.around(commit, 'before the batch of rows', 'after the batch of rows');
    TaskState.prototype.commit = watched;
    return { restore: () => void (TaskState.prototype.commit = commit) };
  }

  private watchProducer(producer: Producer | TransactionalProducer): Producer {
    const hold = producer.hold.bind(producer);
    producer.hold = () => {
      const held = hold();
      held.release = this.around(held.release, 'before the records are sent', 'after the records are sent');
      return held;
    };
    producer.flush = this.around(producer.flush, 'before the flush', 'after the flush');
    if ('sendOffsets' in producer) {
      producer.sendOffsets = this.around(producer.sendOffsets, 'before the offsets', 'after the offsets');
      const [before, after] = ['before the end of the transaction', 'after the end of the transaction'] as const;
      producer.commitTransaction = this.around(producer.commitTransaction, before, after);
    }
    return producer;
  }

  /** At least once it is the membership that a commit ends with, and that lets it be written. */
  private watchMember(member: GroupMember): GroupMember {
    member.commit = this.around(member.commit, 'before the offsets', 'after the offsets');
    member.confirm = this.around(member.confirm, 'before the end of the transaction', 'after the end of the transaction');
    const start = member.start.bind(member);
    member.start = (listener) => {
      const assigned = listener.assigned.bind(listener);
      listener.assigned = async (...args) => {
        this.at(this.generations++ === 0 ? 'when it is given tasks' : 'when tasks are taken from it');
        return assigned(...args);
      };
      start(listener);
    };
    return member;
  }

  private watchFetcher(fetcher: Fetcher, readsChangelogs: boolean): Fetcher {
    if (!readsChangelogs) return fetcher;
    const take = fetcher.take.bind(fetcher);
    fetcher.take = (most) => {
      const taken = take(most);
      if (taken.some(({ records }) => records.length > 0)) this.at('while it restores');
      return taken;
    };
    return fetcher;
  }

  private around<C extends Call>(call: C, before: CrashPoint, after: CrashPoint): C {
    const at = (point: CrashPoint) => this.at(point);
    return function (this: unknown, ...args: never[]) {
      at(before);
      const done = call.apply(this, args);
      if (!(done instanceof Promise)) return void at(after);
      return done.then((result: unknown) => {
        at(after);
        return result;
      });
    } as C;
  }

  private gone(): DriverError {
    return new DriverError('closed', -1, { what: 'the process is gone' });
  }
}
