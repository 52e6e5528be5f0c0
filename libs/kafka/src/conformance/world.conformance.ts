import { Headers } from '@ouzel/core';
import type {
  Assignment,
  ConsumerRecord,
  Delivery,
  DriverError,
  Fetcher,
  GroupListener,
  Isolation,
  KafkaConnection,
  KafkaDriver,
  MemberSubscription,
  Producer,
  ProducerOptions,
  ProducerRecord,
  Subscription,
  TopicPartition,
} from '../client/index.js';

/** A cluster to be checked. */
export interface Connected {
  readonly connection: KafkaConnection;
  /** The shortest session timeout that the cluster allows, ms; Kafka's default of 6,000 unless given. */
  readonly shortestSessionMs?: number;
  close(): Promise<void>;
}
export type Connect = () => Promise<Connected>;

const deadlineMs = 40_000;
let names = 0;

/** Drivers of one cluster; those of a test are closed behind it. */
export class World {
  private connected!: Connected;
  private drivers: KafkaDriver[] = [];
  /** No two runs share a topic or group on a broker that stays. */
  private readonly run = `${process.pid}-${process.hrtime.bigint().toString(36)}`;

  constructor(connect: Connect) {
    beforeAll(async () => {
      this.connected = await connect();
    });
    afterEach(async () => {
      await Promise.all(this.drivers.map((driver) => driver.close()));
      this.drivers = [];
    });
    afterAll(() => this.connected.close());
  }

  get shortestSessionMs(): number {
    return this.connected.shortestSessionMs ?? 6_000;
  }

  name(of: string): string {
    return `${of}-${this.run}-${names++}`;
  }

  async driver(clientId = 'conformance'): Promise<KafkaDriver> {
    const driver = this.connected.connection.createDriver({ clientId });
    this.drivers.push(driver);
    await driver.connect();
    return driver;
  }

  async topic(driver: KafkaDriver, partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<string> {
    const topic = this.name('topic');
    await driver.admin.createTopics([{ topic, partitions, replicationFactor: -1, config }]);
    return topic;
  }
}

export function producerOf(driver: KafkaDriver, options: Partial<ProducerOptions> = {}): Producer {
  return driver.createProducer({
    lingerMs: 0,
    batchSize: 16_384,
    maxRequestSize: 1_048_576,
    compression: 'none',
    deliveryTimeoutMs: 120_000,
    ...options,
  });
}

export function fetcherOf(driver: KafkaDriver, isolation: Isolation = 'read_uncommitted'): Fetcher {
  return driver.createFetcher({ isolation, maxWaitMs: 100, maxBytes: 1_048_576 });
}

export function recordFor(place: TopicPartition, value: string | null, parts: Partial<ProducerRecord> = {}): ProducerRecord {
  const { topic, partition } = place;
  return {
    topic,
    partition,
    key: null,
    value: value === null ? null : Buffer.from(value),
    timestamp: undefined,
    headers: Headers.empty,
    ...parts,
  };
}

/** Writes the values one after the other; resolves when they were acknowledged. */
export async function write(producer: Producer, place: TopicPartition, values: readonly string[]): Promise<void> {
  const deliveries = new Deliveries();
  for (const value of values) producer.send(recordFor(place, value, { delivery: deliveries }));
  await producer.flush();
  if (deliveries.errors[0] !== undefined) throw deliveries.errors[0];
}

/** What became of records, in the order in which it was told. */
export class Deliveries implements Delivery {
  readonly outcomes: (number | DriverError['kind'])[] = [];
  readonly errors: DriverError[] = [];

  delivered(_record: ProducerRecord, offset: number): void {
    this.outcomes.push(offset);
  }
  failed(_record: ProducerRecord, error: DriverError): void {
    this.outcomes.push(error.kind);
    this.errors.push(error);
  }
}

/** Takes until the condition holds. */
export async function takeUntil(
  fetcher: Fetcher,
  done: (records: readonly ConsumerRecord[], error: DriverError | undefined) => boolean,
): Promise<ConsumerRecord[]> {
  const records: ConsumerRecord[] = [];
  const end = Date.now() + deadlineMs;
  for (;;) {
    await fetcher.wait(200);
    for (const fetched of fetcher.take(1_000)) {
      records.push(...fetched.records);
      if (done(records, fetched.error)) return records;
    }
    if (Date.now() > end) throw new Error(`only ${records.length} records came`);
  }
}

export async function takeValues(fetcher: Fetcher, count: number): Promise<(string | undefined)[]> {
  return (await takeUntil(fetcher, (records) => records.length >= count)).map(({ value }) => value?.toString());
}

export async function takeError(fetcher: Fetcher): Promise<DriverError> {
  let found: DriverError | undefined;
  await takeUntil(fetcher, (_, error) => (found = error) !== undefined);
  return found!;
}

/** Resolves when the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`never held: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The failure of a request. */
export async function failure(request: Promise<unknown>): Promise<DriverError> {
  return request.then(
    () => {
      throw new Error('the request succeeded');
    },
    (error: unknown) => error as DriverError,
  );
}

/** Members share the partitions of one topic in turn. Keeps what the member was told. */
export class Sharing implements GroupListener {
  assignments: { readonly partitions: readonly number[]; readonly generation: number }[] = [];
  readonly told: string[] = [];
  owned: readonly TopicPartition[] = [];
  error: DriverError | undefined;

  constructor(
    private readonly topic: string,
    private readonly partitions: number,
    private readonly data = '',
  ) {}

  get current(): readonly number[] | undefined {
    return this.assignments.at(-1)?.partitions;
  }
  subscription(): Subscription | Promise<Subscription> {
    return { topics: [this.topic], owned: this.owned, userData: Buffer.from(this.data) };
  }
  assign(members: readonly MemberSubscription[]): Promise<ReadonlyMap<string, Assignment>> {
    this.told.push(`leads ${members.length}`);
    const places = Array.from({ length: this.partitions }, (_, partition) => ({ topic: this.topic, partition }));
    const sorted = [...members].sort((a, b) => (a.userData.toString() < b.userData.toString() ? -1 : 1));
    const share = (at: number) => ({ partitions: places.filter((_, i) => i % sorted.length === at), userData: Buffer.from('shared') });
    return Promise.resolve(new Map(sorted.map(({ memberId }, at) => [memberId, share(at)])));
  }
  assigned({ partitions }: Assignment, generation: number): Promise<'stay' | 'rejoin'> {
    this.assignments.push({ partitions: partitions.map(({ partition }) => partition), generation });
    this.owned = partitions;
    return Promise.resolve('stay');
  }
  rebalancing(): void {
    this.told.push('rebalancing');
  }
  lost(reason: DriverError): Promise<void> {
    this.told.push(`lost: ${reason.kind}`);
    return Promise.resolve();
  }
  failed(error: DriverError): void {
    this.error = error;
    this.told.push(`failed: ${error.kind}`);
  }
}
