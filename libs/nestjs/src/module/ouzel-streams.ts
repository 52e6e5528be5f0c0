import {
  OuzelError,
  type ApplicationStatus,
  type Duration,
  type KafkaStreams,
  type Metrics,
  type RestoreEvent,
  type State,
  type StoreView,
  type StreamsConfig,
  type Topology,
} from '@ouzel/streams';
import { storeFacade } from './store-facade.js';

type StateListener = (to: State, from: State) => void;
type RestoreListener = (event: RestoreEvent) => void;

/**
 * The handle of one application: what `@InjectStreams()` gives. It can be injected anywhere, because it exists before the client: the topology is assembled, and
 * the client made, in `onModuleInit`, when all providers are there. Until then only `name`, `store` and the listeners are of use; the rest throws
 * OUZEL_STATE_TRANSITION.
 */
export class OuzelStreams {
  private client: KafkaStreams | undefined;
  private readonly stateListeners = new Set<StateListener>();
  private readonly restoreListeners = new Set<RestoreListener>();

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
    return this.client?.state ?? 'CREATED';
  }
  get metrics(): Metrics {
    return this.kafkaStreams.metrics;
  }
  get topology(): Topology {
    return this.kafkaStreams.topology;
  }

  /** View of a store; there from the beginning. */
  store(name: string): StoreView {
    return storeFacade(name, () => this.viewOf(name));
  }
  status(): ApplicationStatus {
    return this.kafkaStreams.status();
  }
  onStateChange(listener: StateListener): () => void {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  }
  onRestore(listener: RestoreListener): () => void {
    this.restoreListeners.add(listener);
    return () => this.restoreListeners.delete(listener);
  }

  /** For `autoStart: false`. Resolves when the client runs, which is before its state is restored; rejects with what is wrong. */
  start(): Promise<void> {
    return this.kafkaStreams.start();
  }
  /** Commits, gives the tasks to others and leaves. Twice is fine. */
  async close(options?: { timeout?: Duration }): Promise<void> {
    await this.client?.close(options);
  }

  /** Called once, by the module, with the client and what it was made of. */
  attach(client: KafkaStreams, _config: StreamsConfig): void {
    this.client = client;
    client.onStateChange((to, from) => this.stateListeners.forEach((listener) => listener(to, from)));
    client.onRestore((event) => this.restoreListeners.forEach((listener) => listener(event)));
  }

  /** The view behind a facade, when it is asked for the first time. */
  protected viewOf(store: string): StoreView {
    return this.kafkaStreams.store(store);
  }
}
