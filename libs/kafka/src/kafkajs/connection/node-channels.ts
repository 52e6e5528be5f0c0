import type { Channel } from './channel.js';
import type { Cluster } from './cluster.js';

/** The channels of one part of the driver (an admin, a producer), one per node. */
export class NodeChannels {
  private readonly channels = new Map<number, Channel>();

  constructor(private readonly cluster: Cluster) {}

  to(node: number): Channel {
    let channel = this.channels.get(node);
    if (channel === undefined) this.channels.set(node, (channel = this.cluster.channel(node)));
    return channel;
  }

  async close(): Promise<void> {
    const channels = [...this.channels.values()];
    this.channels.clear();
    await Promise.all(channels.map((channel) => this.cluster.closeChannel(channel)));
  }
}
