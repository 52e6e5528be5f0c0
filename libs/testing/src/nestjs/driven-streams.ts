import { OuzelStreams } from '@ouzel/nestjs';
import type { KafkaStreams, StoreView, StreamsConfig } from '@ouzel/streams';
import { TopologyTestDriver } from '../driver/topology-test-driver.js';

/**
 * The handle of an application whose topologies run in a TopologyTestDriver: its client is made, with all checks, and
 * never started.
 */
export class DrivenStreams extends OuzelStreams {
  private made: TopologyTestDriver | undefined;

  /** Throws before the application is initialised. */
  get driver(): TopologyTestDriver {
    if (this.made === undefined) throw new Error('the application has to be initialised first');
    return this.made;
  }

  override async attach(client: KafkaStreams, config: StreamsConfig): Promise<void> {
    await super.attach(client, config);
    this.made = new TopologyTestDriver(client.topology, config);
  }
  override async start(): Promise<void> {}
  override async close(): Promise<void> {
    await this.made?.close();
  }

  protected override viewOf(store: string): StoreView {
    return this.driver.storeView(store);
  }
}
