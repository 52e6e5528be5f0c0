import { inspect } from 'node:util';
import {
  OuzelError,
  type ApplicationStatus,
  type CloseOptions,
  type KafkaStreams,
  type Metrics,
  type RestoreEvent,
  type State,
  type StateListener,
  type StoreView,
  type StreamsConfig,
  type Topology,
} from '@ouzel/streams';
import { storeFacade } from './store-facade.js';

/** Begins to listen to a client. Returns a function that ends the listening. */
type Listening = (client: KafkaStreams) => () => void;

/**
 * The handle of one application: what `@InjectStreams()` gives. It can be injected anywhere, because it exists before
 * the client: the topology is assembled, and the client made, in `onModuleInit`, when all providers are there. Until
 * then `name`, `state`, `store`, `pause`, `resume`, `close` and the listeners are of use; the rest throws
 * OUZEL_STATE_TRANSITION.
 */
export class OuzelStreams {
  private client: KafkaStreams | undefined;
  private isClosed = false;
  private isPausedBefore = false;
  /** Listeners, each with what ends its listening to the client that is there. */
  private readonly listening = new Map<Listening, () => void>();

  constructor(readonly name: string) {}

  /** The client itself. */
  get kafkaStreams(): KafkaStreams {
    if (this.client === undefined) {
      throw new OuzelError('OUZEL_STATE_TRANSITION', {
        what: `the topology of "${this.name}" is not assembled yet`,
        help: 'It is in onModuleInit of OuzelModule: ask in onApplicationBootstrap or later.',
      });
    }
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
   * For `autoStart: false`. Resolves when the client runs, which is before its state is restored; rejects with what is
   * wrong.
   */
  start(): Promise<void> {
    return this.kafkaStreams.start();
  }
  /**
   * Commits, gives the tasks to others and leaves. May be called twice, and before the client exists: it then never
   * starts.
   */
  async close(options?: CloseOptions): Promise<void> {
    this.isClosed = true;
    await this.client?.close(options);
  }

  /**
   * Lets no record be processed and nothing be punctuated until `resume`. May be called before the client exists: it
   * then starts paused.
   */
  pause(): void {
    this.isPausedBefore = true;
    this.client?.pause();
  }
  resume(): void {
    this.isPausedBefore = false;
    this.client?.resume();
  }
  get isPaused(): boolean {
    return this.client?.isPaused ?? this.isPausedBefore;
  }
  /** Removes the local state of the application, to be restored at the next start. Throws while the client runs. */
  cleanUp(): Promise<void> {
    return this.kafkaStreams.cleanUp();
  }

  /** Called once, by the module, with the client and its configuration. */
  async attach(client: KafkaStreams, _config: StreamsConfig): Promise<void> {
    this.client = client;
    if (this.isPausedBefore) client.pause();
    for (const listening of this.listening.keys()) this.listening.set(listening, listening(client));
    if (this.isClosed) await client.close();
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

  private listen(listening: Listening): () => void {
    this.listening.set(listening, this.client === undefined ? () => {} : listening(this.client));
    return () => {
      this.listening.get(listening)?.();
      this.listening.delete(listening);
    };
  }
}
