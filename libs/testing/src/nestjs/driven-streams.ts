import { OuzelStreams, type AssembledApplication } from '@ouzel/nestjs';
import type { ApplicationStatus, RecordWriter, State, StoreView } from '@ouzel/streams';
import { TopologyTestDriver } from '../driver/topology-test-driver.js';

/**
 * The handle of an application whose topologies run in a TopologyTestDriver: its client is made, with all checks, and
 * never started. State and status are those of the driver, so that health endpoints respond as in production. Its
 * producer writes into the topics of the driver.
 */
export class DrivenStreams extends OuzelStreams {
  private made: TopologyTestDriver | undefined;
  private life: 'CREATED' | 'RUNNING' | 'NOT_RUNNING' = 'CREATED';

  /** Throws before the application is initialised. */
  get driver(): TopologyTestDriver {
    if (this.made === undefined) throw new Error('the application has to be initialised first');
    return this.made;
  }

  override async attach(application: AssembledApplication): Promise<void> {
    await super.attach(application);
    this.made = new TopologyTestDriver(this.topology, application.config);
  }
  override async start(): Promise<void> {
    this.life = 'RUNNING';
  }
  override async close(): Promise<void> {
    this.life = 'NOT_RUNNING';
    await this.made?.close();
  }

  override get state(): State {
    return this.life === 'RUNNING' && this.made?.failure !== undefined ? 'ERROR' : this.life;
  }
  override status(): ApplicationStatus {
    const { state, made } = this;
    const connectivity = { connected: true, failure: null };
    return { ...super.status(), state, generation: 1, connectivity, failure: made?.failure ?? null };
  }

  protected override viewOf(store: string): StoreView {
    return this.driver.storeView(store);
  }
  protected override newWriter(): RecordWriter {
    return { connect: async () => {}, write: (record) => this.driver.write(record), close: async () => {} };
  }
}
