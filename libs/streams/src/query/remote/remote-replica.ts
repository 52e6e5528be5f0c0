import type { AnyEntry, NamedQuery, ReadRule, ReplicaAnswer, ReplicaScan, StoreReplica } from '../store-replica.js';
import { StoreNotAvailableError } from '../store-not-available.js';
import type { PeerClient, PeerStream } from './peer-client.js';
import type { WireCodec } from './wire-codec.js';
import type { StoreRequest } from './wire-requests.js';

/** The store of one task, as requests name it. */
export type RemoteStore = Pick<StoreRequest, 'application' | 'store' | 'fingerprint' | 'partition'>;

/** The store of one task on another instance. */
export class RemoteReplica implements StoreReplica {
  constructor(
    private readonly peers: PeerClient,
    private readonly server: string,
    private readonly target: RemoteStore,
    private readonly codec: WireCodec,
  ) {}

  async ask(query: NamedQuery, rule: ReadRule, patienceMs: number): Promise<ReplicaAnswer> {
    const { first, close } = await this.exchange('ask', query, rule, patienceMs);
    close();
    if (first.kind !== 'answer') throw new StoreNotAvailableError(this.target.store, 'refused', this.server);
    const { value, lag, position } = first;
    return { value: this.codec.resultFromWire(query.name, value), lag, position };
  }

  async scan(query: NamedQuery, rule: ReadRule, patienceMs: number): Promise<ReplicaScan> {
    const stream = await this.exchange('scan', query, rule, patienceMs);
    const { first } = stream;
    if (first.kind === 'opened') return { lag: first.lag, position: first.position, entries: this.entries(stream, query.name) };
    stream.close();
    throw new StoreNotAvailableError(this.target.store, 'refused', this.server);
  }

  private exchange(kind: StoreRequest['kind'], query: NamedQuery, rule: ReadRule, patienceMs: number): Promise<PeerStream> {
    const { name, parameters, limit } = query;
    const request: StoreRequest = {
      kind,
      ...this.target,
      query: name,
      parameters: this.codec.parametersToWire(name, parameters),
      rule,
      limit,
    };
    return this.peers.exchange(this.server, this.target.store, request, patienceMs);
  }

  /** The other instance ends a whole scan with a frame of its own: a stream that merely ends was broken off. */
  private entries({ rest, close }: PeerStream, query: string): AsyncIterator<AnyEntry> {
    const { codec, server, target } = this;
    async function* entries(): AsyncGenerator<AnyEntry> {
      for (;;) {
        const next = await rest.next();
        if (next.done === true) throw new StoreNotAvailableError(target.store, 'unreachable', server);
        const frame = next.value;
        if (frame.kind === 'end') return;
        if (frame.kind === 'rows') for (const row of frame.rows) yield codec.resultFromWire(query, row) as AnyEntry;
      }
    }
    const begun = entries();
    // The connection is let go also where no entry was ever read.
    const end = async () => {
      close();
      await begun.return(undefined);
      return { done: true as const, value: undefined };
    };
    const next = async () => {
      const found = await begun.next().catch((thrown: unknown) => {
        close();
        throw thrown;
      });
      if (found.done === true) close();
      return found;
    };
    return { next, return: end };
  }
}
