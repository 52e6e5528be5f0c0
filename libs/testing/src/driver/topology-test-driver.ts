import {
  asError,
  OuzelError,
  type EncodedRecord,
  type KeyValueStore,
  type RecordMetadata,
  type Serde,
  type SessionStore,
  type StoreContract,
  type StoreSpec,
  type StoreView,
  type TimestampedKeyValueStore,
  type Topology,
  type TopologyConfig,
  type ValueAndTimestamp,
  type VersionedKeyValueStore,
  type WindowStore,
  type Duration,
} from '@ouzel/streams';
import {
  durationMs,
  globalSubTopology,
  keyValueContract,
  matches,
  openView,
  sessionContract,
  versionedContract,
  windowContract,
  type ApplicationPlan,
  type InternalTopic,
  type OffsetCommit,
  type StateStore,
  type StorePlan,
} from '@ouzel/streams/testing';
import { CapturedProducer, type ProducedRecord } from './captured-producer.js';
import { ManualClock } from '@ouzel/core';
import { replicaOfStore } from './replica-of-store.js';
import { planned, type TestPlan } from './test-environment.js';
import { TestInputTopic, type InputTopicOptions, type PipedRecord } from './test-input-topic.js';
import { TestOutputTopic } from './test-output-topic.js';
import { TestTask } from './test-task.js';
import { patternInputs, wholePlan, type PatternInput } from './whole-plan.js';

export interface TestDriverOptions {
  /** Where the wall clock stands at first, epoch ms. Default 0. */
  readonly initialWallClock?: number;
}

/**
 * Runs a topology without Kafka, one record at a time (TopologyTestDriver). It uses the engine's own task, queue and
 * commit code, with a producer inside the process. Every topic has one partition, and all sub-topologies run in the one
 * task `0_0`, which commits after each record, so that caches flush. Records that are written to repartition topics and
 * other sources are processed before a call resolves. The wall clock stands still until `advanceWallClock`.
 *
 * A call rejects with the error that stopped the topology, and so does every later call.
 */
export class TopologyTestDriver {
  private readonly clock: ManualClock;
  private readonly producer = new CapturedProducer();
  private readonly plan: TestPlan;
  private readonly inputs: ReadonlySet<string>;
  private readonly patterns: readonly PatternInput[];
  private readonly globalInputs: ReadonlySet<string>;
  private opening: Promise<Tasks> | undefined;
  private tasks: Tasks | undefined;
  private handedOver = 0;
  private stoppedBy: Error | undefined;
  private isClosed = false;
  /** Whether a call is being carried out: what comes from inside the topology must not wait for it. */
  private isAtWork = false;
  private turn: Promise<void> = Promise.resolve();

  /**
   * `config` holds the settings of a client; `kafka` is not needed, and `applicationId` is `topology-test-driver` by
   * default. Throws the faults of configuration and topology.
   */
  constructor(topology: Topology, config: TopologyConfig = {}, options: TestDriverOptions = {}) {
    this.clock = new ManualClock(options.initialWallClock ?? 0);
    this.plan = planned(topology, config, this.clock, this.producer);
    this.inputs = new Set(this.application.subTopologies.flatMap(({ sourceTopics }) => sourceTopics));
    this.patterns = patternInputs(this.application.subTopologies);
    this.globalInputs = new Set(this.application.global?.sourceTopics ?? []);
  }

  /** The error that stopped the topology. Undefined while it runs. */
  get failure(): Error | undefined {
    return this.stoppedBy;
  }

  /** Topics that the application would create. */
  get internalTopics(): readonly InternalTopic[] {
    return this.application.internalTopics;
  }

  /** Records that were dropped, by reason. */
  get dropped(): ReadonlyMap<string, number> {
    const sum = new Map<string, number>();
    for (const task of [this.tasks?.main, this.tasks?.global]) {
      for (const [reason, count] of task?.dropped ?? []) sum.set(reason, (sum.get(reason) ?? 0) + count);
    }
    return sum;
  }

  get droppedTotal(): number {
    return [...this.dropped.values()].reduce((sum, count) => sum + count, 0);
  }

  createInputTopic<K, V>(topic: string, key: Serde<K>, value: Serde<V>, options: InputTopicOptions = {}): TestInputTopic<K, V> {
    return new TestInputTopic(topic, key, value, options, {
      pipeRecord: (record) => this.pipeRecord(record),
      advanceWallClock: (by) => this.advanceWallClock(by),
      wallClock: () => this.clock.now(),
    });
  }

  /** Reads from the first record that the topic ever got. Changelogs and repartition topics can be read too. */
  createOutputTopic<K, V>(topic: string, key: Serde<K>, value: Serde<V>): TestOutputTopic<K, V> {
    return new TestOutputTopic(topic, key, value, { producedRecords: () => this.producer.records, wallClock: () => this.clock.now() });
  }

  /**
   * Writes a record of bytes as a producer beside the topology does. Where the topology reads the topic, the record is
   * processed; on every topic `createOutputTopic` finds it. Resolves when what follows from the record has happened, or
   * at once in a call from inside the topology, which processes it next.
   */
  async write(record: EncodedRecord): Promise<RecordMetadata> {
    await this.open();
    if (this.isAtWork) {
      this.inTurn(() => this.processAll()).catch(() => {}); // The next call reports a failure.
      return this.producer.put(record);
    }
    let place: RecordMetadata | undefined;
    await this.inTurn(async () => {
      place = this.producer.put(record);
      await this.processAll();
    });
    return place!;
  }

  /** Everything that was written so far, in order, on all topics. */
  producedRecords(): readonly ProducedRecord[] {
    return this.producer.records;
  }

  /** The last commit of each input that records came from: next offset, and Kafka Streams' base64 metadata. */
  committed(): readonly OffsetCommit[] {
    return this.tasks?.main?.committed ?? [];
  }

  /**
   * Advances the wall clock at once, so that a time limit of user code that is at work can pass. Calls the punctuators
   * that are due when the calls before this one are done.
   */
  async advanceWallClock(by: Duration): Promise<void> {
    await this.open();
    this.clock.advance(durationMs(by, 'advanceWallClock'));
    return this.inTurn(async ({ main }) => {
      await main?.punctuate();
      await this.processAll();
    });
  }

  /**
   * Returns a key-value store by name, with values only. Rejects with OUZEL_STORE_UNKNOWN when there is no such store,
   * or it is of another kind.
   */
  async keyValueStore<K, V>(name: string): Promise<KeyValueStore<K, V>> {
    return this.bareStore(name, keyValueContract, 'key-value store');
  }

  /** Returns a key-value store by name, with the timestamps of its values. */
  async timestampedKeyValueStore<K, V>(name: string): Promise<TimestampedKeyValueStore<K, V>> {
    return this.timestampedStore(name, keyValueContract, 'key-value store with timestamps');
  }

  /** Returns a window store by name, with values only. */
  async windowStore<K, V>(name: string): Promise<WindowStore<K, V>> {
    return this.bareStore(name, windowContract, 'window store');
  }

  /** Returns a window store by name, with the timestamps of its values. */
  async timestampedWindowStore<K, V>(name: string): Promise<WindowStore<K, ValueAndTimestamp<V>>> {
    return this.timestampedStore(name, windowContract, 'window store with timestamps');
  }

  async sessionStore<K, A>(name: string): Promise<SessionStore<K, A>> {
    return this.bareStore(name, sessionContract, 'session store');
  }

  async versionedKeyValueStore<K, V>(name: string): Promise<VersionedKeyValueStore<K, V>> {
    return this.bareStore(name, versionedContract, 'versioned store');
  }

  /** Returns a store of a kind of your own, as its processors see it. */
  async stateStore<S>(name: string): Promise<S> {
    return (await this.find(name, () => true, 'any kind')).store as S;
  }

  /** Returns a store as services and controllers see it. Throws OUZEL_STORE_UNKNOWN. */
  storeView(name: string): StoreView {
    const plan = this.storePlans.find(({ spec }) => spec.name === name);
    if (plan === undefined) throw this.unknownStore(name, () => true, 'any kind');
    const found = async () => [replicaOfStore(plan, (await this.find(name, () => true, 'any kind')).store)];
    const defaults = { clock: this.clock, deadlineMs: 0, isolation: 'read_uncommitted' } as const;
    return openView(plan, this.application.applicationId, { ofKey: found, all: async () => [await found()] }, defaults);
  }

  /** Closes processors and forgets all state. May be called twice. */
  async close(): Promise<void> {
    const opening = this.opening;
    this.opening = undefined;
    this.tasks = undefined;
    this.isClosed = true;
    const opened = await opening?.catch(() => undefined);
    await opened?.main?.close();
    await opened?.global?.close();
  }

  private get application(): ApplicationPlan {
    return this.plan.application;
  }

  private pipeRecord(record: PipedRecord): Promise<void> {
    return this.inTurn(async ({ main, global }) => {
      const input = this.inputOf(record.topic);
      const isGlobal = this.globalInputs.has(record.topic);
      if (input === undefined && !isGlobal) {
        throw new OuzelError('OUZEL_TOPIC_MISSING', { what: `the topology reads no topic "${record.topic}"`, where: 'TopologyTestDriver' });
      }
      if (input !== undefined) {
        main!.add(input, record);
        await this.processAll();
      }
      if (isGlobal) await this.processGlobal(global!, record);
    });
  }

  /** Processes records until none is left, those that the topology writes to its sources included. */
  private async processAll(): Promise<void> {
    const { main } = this.tasks!;
    await this.handOver();
    while (main !== undefined && (await main.step())) await this.handOver();
  }

  /** Passes records that the topology wrote since the last call to the sources that read them. */
  private async handOver(): Promise<void> {
    const { main, global } = this.tasks!;
    while (this.handedOver < this.producer.records.length) {
      const { timestamp, ...record } = this.producer.records[this.handedOver++]!;
      const piped: PipedRecord = { ...record, timestamp: timestamp ?? this.clock.now() };
      const input = this.inputOf(record.topic);
      if (input !== undefined) main!.add(input, piped);
      if (this.globalInputs.has(record.topic)) await this.processGlobal(global!, piped);
    }
  }

  private async processGlobal(global: TestTask, record: PipedRecord): Promise<void> {
    global.add(record.topic, record);
    while (await global.step());
  }

  private inputOf(topic: string): string | undefined {
    if (this.inputs.has(topic)) return topic;
    return this.patterns.find(({ pattern }) => matches(pattern, topic))?.input;
  }

  /** Runs calls one after the other, also those that the test did not await. */
  private inTurn(work: (tasks: Tasks) => Promise<void>): Promise<void> {
    const done = this.turn.then(() => this.guarded(work));
    this.turn = done.catch(() => {});
    return done;
  }

  private async guarded(work: (tasks: Tasks) => Promise<void>): Promise<void> {
    try {
      const tasks = await this.open();
      this.isAtWork = true;
      await work(tasks);
    } catch (thrown) {
      const isMistake = thrown instanceof OuzelError && thrown.code === 'OUZEL_TOPIC_MISSING';
      if (!isMistake && !this.isClosed) this.stoppedBy ??= asError(thrown);
      throw thrown;
    } finally {
      this.isAtWork = false;
    }
  }

  private open(): Promise<Tasks> {
    if (this.stoppedBy !== undefined) return Promise.reject(this.stoppedBy);
    if (this.isClosed) return Promise.reject(new OuzelError('OUZEL_STATE_TRANSITION', { what: 'the test driver is closed' }));
    return (this.opening ??= this.start());
  }

  private async start(): Promise<Tasks> {
    const { environment } = this.plan;
    const { subTopologies, global } = this.application;
    const globalTask = global === undefined ? undefined : await TestTask.start(globalSubTopology(global), environment);
    const main =
      subTopologies.length === 0
        ? undefined
        : await TestTask.start(wholePlan(this.application), { ...environment, globalStores: globalTask?.stores ?? new Map() });
    return (this.tasks = { main, global: globalTask });
  }

  private async bareStore<S>(name: string, contract: StoreContract<never>, kind: string): Promise<S> {
    const { store, spec } = await this.find(name, (found) => found.kind.contract === (contract as StoreContract), kind);
    return spec.kind.contract!.openForTest(store, spec.options) as S;
  }

  private async timestampedStore<S>(name: string, contract: StoreContract<never>, kind: string): Promise<S> {
    const isTimestamped = (found: StoreSpec) =>
      found.kind.contract === (contract as StoreContract) && (found.options as { readonly values?: string }).values === 'timestamped';
    return (await this.find(name, isTimestamped, kind)).store as S;
  }

  private async find(name: string, fits: (spec: StoreSpec) => boolean, kind: string): Promise<{ store: StateStore; spec: StoreSpec }> {
    const { main, global } = await this.open();
    const store = main?.stores.get(name) ?? global?.stores.get(name);
    const spec = this.storePlans.find((plan) => plan.spec.name === name)?.spec;
    if (store === undefined || spec === undefined || !fits(spec)) throw this.unknownStore(name, fits, kind);
    return { store, spec };
  }

  private unknownStore(name: string, fits: (spec: StoreSpec) => boolean, kind: string): OuzelError {
    const specs = this.storePlans.map(({ spec }) => spec);
    const found = specs.find((spec) => spec.name === name);
    const names = specs.filter(fits).map((spec) => `"${spec.name}"`);
    return new OuzelError('OUZEL_STORE_UNKNOWN', {
      what: found === undefined ? `there is no store "${name}"` : `store "${name}" is a ${found.kind.name}, not a ${kind}`,
      where: 'TopologyTestDriver',
      help: `Stores that fit: ${names.length === 0 ? 'none' : names.join(', ')}.`,
    });
  }

  private get storePlans(): readonly StorePlan[] {
    const { subTopologies, global } = this.application;
    return [...subTopologies.flatMap(({ stores }) => stores), ...(global?.stores ?? [])];
  }
}

interface Tasks {
  readonly main: TestTask | undefined;
  readonly global: TestTask | undefined;
}
