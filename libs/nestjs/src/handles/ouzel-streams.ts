import { inspect } from 'node:util';
import {
  createRecordWriter,
  OuzelError,
  RecordProducer,
  topicSerdes,
  type ApplicationStatus,
  type CloseOptions,
  type KafkaStreams,
  type Metrics,
  type RecordWriter,
  type RestoreEvent,
  type SerdesByTopic,
  type State,
  type StateListener,
  type StoreView,
  type StreamsConfig,
  type Topology,
  type TopicSerdes,
} from '@ouzel/streams';
import { storeFacade } from './store-facade.js';

/** Begins to listen to a client. Returns a function that ends the listening. */
type Listening = (client: KafkaStreams) => () => void;

/** An application once its topology is assembled: what clients are made from, one for each start. */
export interface AssembledApplication {
  readonly config: StreamsConfig;
  /** Serdes of topics that the application writes by its producer. */
  readonly topics: SerdesByTopic;
  readonly cleanUpOnStart: boolean;
  readonly cleanUpOnStop: boolean;
  newClient(): KafkaStreams;
}

/**
 * The handle of one application: what `@InjectStreams()` gives. It can be injected anywhere, because it exists before
 * the client: the topology is assembled, and the client made, in `onModuleInit`, when all providers are there. Until
 * then `name`, `state`, `store`, `producer`, `pause`, `resume`, `close` and the listeners are of use; the rest throws
 * OUZEL_STATE_TRANSITION.
 *
 * A client starts once. `start` after `close`, or after a failure, makes another one. Views, listeners, metrics and
 * probes follow it.
 */
export class OuzelStreams {
  private application: AssembledApplication | undefined;
  private client: KafkaStreams | undefined;
  private isClosed = false;
  private isShutDown = false;
  private wantsPause = false;
  private cleaning: Promise<void> | undefined;
  private writer: RecordWriter | undefined;
  /** Listeners, each with what ends its listening to the client that is there. */
  private readonly listening = new Map<Listening, () => void>();

  /** Writes records: what `@InjectProducer()` gives. It connects with the first record, and outlives clients. */
  readonly producer = new RecordProducer(
    {
      connect: async () => this.openWriter().connect(),
      write: async (record) => this.openWriter().write(record),
      close: async () => this.writer?.close(),
    },
    (topic) => this.serdesOf(topic),
  );

  constructor(readonly name: string) {}

  /** The client itself: the one that was made last. */
  get kafkaStreams(): KafkaStreams {
    if (this.client === undefined) throw this.notAssembled();
    return this.client;
  }
  get isAssembled(): boolean {
    return this.client !== undefined;
  }
  get applicationId(): string {
    return this.kafkaStreams.applicationId;
  }
  get state(): State {
    return this.client?.state ?? (this.isClosed ? 'NOT_RUNNING' : 'CREATED');
  }
  get metrics(): Metrics {
    return this.kafkaStreams.metrics;
  }
  get topology(): Topology {
    return this.kafkaStreams.topology;
  }

  /** Returns a view of a store, which exists from the beginning. */
  store(name: string): StoreView {
    return storeFacade(name, () => this.viewOf(name));
  }
  status(): ApplicationStatus {
    return this.kafkaStreams.status();
  }
  /** Returns a function that ends the listening. */
  onStateChange(listener: StateListener): () => void {
    return this.listen((client) => client.onStateChange(listener));
  }
  /**
   * Calls the listener when the restore of a store begins, goes on and ends. Returns a function that ends the
   * listening.
   */
  onRestore(listener: (event: RestoreEvent) => void): () => void {
    return this.listen((client) => client.onRestore(listener));
  }

  /**
   * For `autoStart: false`, and to start again after `close` or a failure. Resolves when the client runs, which is
   * before its state is restored; rejects with what is wrong. Waits for a client that is closing. Throws
   * OUZEL_STATE_TRANSITION while the client runs, and when the Nest application shuts down.
   */
  async start(): Promise<void> {
    const { state } = this.kafkaStreams;
    if (state === 'PENDING_SHUTDOWN' || state === 'PENDING_ERROR') await this.kafkaStreams.close();
    if (this.isShutDown) {
      const what = 'start is not possible: the Nest application shuts down';
      throw new OuzelError('OUZEL_STATE_TRANSITION', { what, where: this.applicationId });
    }
    if (['NOT_RUNNING', 'ERROR'].includes(this.state)) this.adopt(this.application!.newClient());
    const client = this.kafkaStreams;
    this.isClosed = false;
    if (this.application?.cleanUpOnStart === true && client.state === 'CREATED') await this.cleanUp();
    await client.start();
  }
  /**
   * Commits, gives the tasks to others and leaves. May be called twice, and before the client exists: it then does not
   * start with the application.
   */
  async close(options?: CloseOptions): Promise<void> {
    this.isClosed = true;
    await this.client?.close(options);
    if (this.application?.cleanUpOnStop === true && this.state === 'NOT_RUNNING') await this.cleanUp();
  }

  /**
   * Lets no record be processed and nothing be punctuated until `resume`. May be called before the client exists: it
   * then starts paused.
   */
  pause(): void {
    this.wantsPause = true;
    this.client?.pause();
  }
  resume(): void {
    this.wantsPause = false;
    this.client?.resume();
  }
  get isPaused(): boolean {
    return this.wantsPause;
  }
  /** Removes the local state of the application, to be restored at the next start. Throws while the client runs. */
  async cleanUp(): Promise<void> {
    this.cleaning ??= this.kafkaStreams.cleanUp().finally(() => (this.cleaning = undefined));
    await this.cleaning;
  }

  /** @internal Called once, by the module, when the topology is assembled. Throws the faults of the topology. */
  async attach(application: AssembledApplication): Promise<void> {
    const client = application.newClient();
    this.application = application;
    this.adopt(client);
    if (this.isClosed) await client.close();
  }

  /** @internal Called when the Nest application shuts down: closes the client for good. */
  async shutDown(options: CloseOptions): Promise<void> {
    this.isShutDown = true;
    await this.close(options);
  }

  /** Returns the facts that `JSON.stringify` and `console.log` show. */
  toJSON(): { readonly name: string; readonly applicationId: string | null; readonly state: State } {
    return { name: this.name, applicationId: this.client?.applicationId ?? null, state: this.state };
  }

  [inspect.custom](): string {
    return `OuzelStreams ${inspect(this.toJSON())}`;
  }

  /** The view behind a facade, when it is asked for the first time. */
  protected viewOf(store: string): StoreView {
    return this.kafkaStreams.store(store);
  }

  /** The writer behind the producer, when it is used for the first time. */
  protected newWriter(config: StreamsConfig): RecordWriter {
    return createRecordWriter(config);
  }

  private adopt(client: KafkaStreams): void {
    this.client = client;
    if (this.wantsPause) client.pause();
    for (const [listening, end] of this.listening) {
      end();
      this.listening.set(listening, listening(client));
    }
  }

  private openWriter(): RecordWriter {
    if (this.application === undefined) throw this.notAssembled();
    return (this.writer ??= this.newWriter(this.application.config));
  }

  private serdesOf(topic: string): TopicSerdes {
    if (this.application === undefined) throw this.notAssembled();
    const { topics, config } = this.application;
    return { ...topicSerdes(this.topology, topic, config), ...topics[topic] };
  }

  private notAssembled(): OuzelError {
    return new OuzelError('OUZEL_STATE_TRANSITION', {
      what: `the topology of "${this.name}" is not assembled yet`,
      help: 'It is in onModuleInit of OuzelModule: ask in onApplicationBootstrap or later.',
    });
  }

  private listen(listening: Listening): () => void {
    this.listening.set(listening, this.client === undefined ? () => {} : listening(this.client));
    return () => {
      this.listening.get(listening)?.();
      this.listening.delete(listening);
    };
  }
}
