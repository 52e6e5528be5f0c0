import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { ManualClock, systemRandom } from '@ouzel/core';
import type { KafkaDriver } from '../client/index.js';
import { RecordBatch } from '../records/index.js';
import { RequestWriter } from '../protocol/request-writer.js';
import { ResponseReader } from '../protocol/response-reader.js';
import { kafkajs } from './index.js';

const apis = {
  Produce: { key: 0, flexibleFrom: 9, serves: [3, 13] },
  Fetch: { key: 1, flexibleFrom: 12, serves: [4, 18] },
  Metadata: { key: 3, flexibleFrom: 9, serves: [10, 10] },
  FindCoordinator: { key: 10, flexibleFrom: 3, serves: [0, 6] },
  ApiVersions: { key: 18, flexibleFrom: 3, serves: [0, 4] },
  InitProducerId: { key: 22, flexibleFrom: 2, serves: [0, 5] },
  AddPartitionsToTxn: { key: 24, flexibleFrom: 3, serves: [0, 5] },
  AddOffsetsToTxn: { key: 25, flexibleFrom: 3, serves: [0, 4] },
  EndTxn: { key: 26, flexibleFrom: 3, serves: [0, 5] },
  TxnOffsetCommit: { key: 28, flexibleFrom: 3, serves: [0, 5] },
} as const;
type ApiName = keyof typeof apis;
const apiNames = Object.keys(apis) as ApiName[];
/** The requests by which the driver finds brokers and leaders. */
const lookUps: readonly ApiName[] = ['Metadata', 'FindCoordinator', 'ApiVersions'];

interface Request {
  readonly version: number;
  readonly body: ResponseReader;
}
/**
 * Writes the body of a response, or is the response behind its correlation id. `hang up` closes the connection, `lost`
 * does so when the request is done, and `silence` never responds.
 */
type Reply = ((writer: RequestWriter, request: Request) => void) | Buffer | 'hang up' | 'lost' | 'silence';

/** Replies with an error code where a response has only one. */
export const failing =
  (code: number): Reply =>
  (writer) =>
    writer.int32(0).int16(code).int64(-1).int16(-1).tags();

/** Sleeping moves the clock instead of taking time, so that retries reach their time limit at once. */
class RestlessClock extends ManualClock {
  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms !== Infinity) this.advance(ms);
    await super.sleep(ms, signal);
  }
}

/**
 * A broker that a test scripts, reached over TCP. It is the only one of its cluster, every topic has one partition, and
 * every request succeeds unless the test says otherwise.
 */
export class ScriptedBroker {
  /** The requests in their order, as `EndTxn 5`, without those that find brokers and leaders. */
  readonly received: string[] = [];
  /** Epoch and first sequence of each batch, as `epoch 0 from 12`. */
  readonly batches: string[] = [];
  readonly clock = new RestlessClock(1_000_000);
  transactionVersion: 1 | 2 = 2;
  private readonly served = new Map<ApiName, readonly [least: number, most: number]>();
  private readonly scripted = new Map<ApiName, Reply[]>();
  private readonly lasting = new Map<ApiName, Reply>();
  private readonly sockets = new Set<Socket>();
  private epochs = 0;
  private offset = 0;

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => this.connected(socket));
  }

  static async start(): Promise<ScriptedBroker> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ScriptedBroker(server);
  }

  /** Returns a driver that is connected and runs on the broker's clock. */
  async driver(): Promise<KafkaDriver> {
    const ports = { clock: this.clock, random: systemRandom };
    const driver = kafkajs({ brokers: [this.address] }, ports).createDriver({ clientId: 'test' });
    await driver.connect();
    return driver;
  }

  /** Gives the next requests of this kind these replies, one each. */
  script(api: ApiName, ...replies: readonly Reply[]): void {
    this.scripted.set(api, [...(this.scripted.get(api) ?? []), ...replies]);
  }

  /** Gives every request of this kind this reply, from now on. */
  always(api: ApiName, reply: Reply): void {
    this.lasting.set(api, reply);
  }

  /** Serves an API in these versions only. */
  serve(api: ApiName, least: number, most: number): void {
    this.served.set(api, [least, most]);
  }

  /** Breaks all connections. */
  hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    this.server.close();
    this.hangUp();
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private connected(socket: Socket): void {
    this.sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
        const end = 4 + pending.readInt32BE(0);
        this.respond(socket, pending.subarray(4, end));
        pending = pending.subarray(end);
      }
    });
  }

  private respond(socket: Socket, request: Buffer): void {
    const key = request.readInt16BE(0);
    const version = request.readInt16BE(2);
    const api = apiNames.find((name) => apis[name].key === key)!;
    if (!lookUps.includes(api)) this.received.push(`${api} ${version}`);
    const reply = this.scripted.get(api)?.shift() ?? this.lasting.get(api) ?? this.usual(api);
    if (reply === 'silence') return;
    if (reply === 'hang up') return void socket.destroy();
    const body = request.subarray(10 + request.readInt16BE(8));
    if (reply === 'lost') {
      const usual = this.usual(api);
      if (typeof usual === 'function') payloadOf(api, version, body, usual);
      return void socket.destroy();
    }
    const payload = Buffer.isBuffer(reply) ? reply : payloadOf(api, version, body, reply);
    const size = Buffer.alloc(4);
    size.writeInt32BE(4 + payload.length);
    socket.write(Buffer.concat([size, request.subarray(4, 8), payload]));
  }

  private usual(api: ApiName): Reply {
    switch (api) {
      case 'ApiVersions':
        return (writer, { version }) => this.writeVersions(writer, version);
      case 'Metadata':
        return (writer, { body }) => this.writeMetadata(writer, body);
      case 'FindCoordinator':
        return (writer) => writer.int32(0).int16(0).string(null).int32(1).string('127.0.0.1').int32(this.port);
      case 'InitProducerId':
        return (writer) => writer.int32(0).int16(0).int64(7).int16(this.epochs++).tags();
      case 'EndTxn':
        return (writer, { version }) => {
          writer.int32(0).int16(0);
          if (version >= 5) writer.int64(7).int16(this.epochs++);
          writer.tags();
        };
      case 'AddOffsetsToTxn':
        return (writer) => writer.int32(0).int16(0);
      case 'AddPartitionsToTxn':
      case 'TxnOffsetCommit':
        return (writer) => writer.int32(0).emptyArray().tags();
      case 'Produce':
        return (writer, { body }) => this.writeProduced(writer, body);
      case 'Fetch':
        return 'hang up';
    }
  }

  private writeVersions(writer: RequestWriter, version: number): void {
    writer.int16(0).array(apiNames, (name) => {
      const [least, most] = this.served.get(name) ?? apis[name].serves;
      writer.int16(apis[name].key).int16(least).int16(most).tags();
    });
    if (version >= 1) writer.int32(0);
    if (version < 3) return;
    // One tagged field: number 2 of 26 bytes, an array of one feature with its highest and its lowest level.
    writer.int8(1).int8(2).int8(26);
    writer.array([this.transactionVersion], (level) => writer.string('transaction.version').int16(level).int16(level).tags());
  }

  private writeMetadata(writer: RequestWriter, request: ResponseReader): void {
    const topics = request.array(() => {
      request.uuid();
      const topic = request.string();
      request.tags();
      return topic;
    });
    writer.int32(0).array([1], (node) => writer.int32(node).string('127.0.0.1').int32(this.port).string(null).tags());
    writer.string(null).int32(1);
    writer.array(topics, (topic) => {
      writer.int16(0).string(topic).uuid(undefined).bool(false);
      writer.array([0], (partition) => writer.int16(0).int32(partition).int32(1).int32(0).emptyArray().emptyArray().emptyArray().tags());
      writer.int32(0).tags();
    });
    writer.int32(0).tags();
  }

  private writeProduced(writer: RequestWriter, request: ResponseReader): void {
    for (const { topic, batch } of batchesIn(request)) {
      this.batches.push(`epoch ${batch.producerEpoch} from ${batch.baseSequence}`);
      writeProduceResponse(writer, topic, 0, this.offset);
      this.offset += batch.count;
    }
  }
}

/** Refuses a batch with an error code. */
export const refusing =
  (code: number): Reply =>
  (writer, { body }) => {
    for (const { topic } of batchesIn(body)) writeProduceResponse(writer, topic, code, -1);
  };

/** Reads a Produce request of one batch. */
function batchesIn(request: ResponseReader): { readonly topic: string; readonly batch: RecordBatch }[] {
  request.nullableString();
  request.int16();
  request.int32();
  return request
    .array(() => {
      const topic = request.string();
      const batches = request.array(() => {
        request.int32();
        const batch = new RecordBatch(request.bytes());
        request.tags();
        return { topic, batch };
      });
      request.tags();
      return batches;
    })
    .flat();
}

function writeProduceResponse(writer: RequestWriter, topic: string, code: number, baseOffset: number): void {
  writer.array([topic], (name) => {
    writer.string(name);
    writer.array([0], (partition) => {
      writer.int32(partition).int16(code).int64(baseOffset).int64(-1).int64(0).emptyArray().string(null).tags();
    });
    writer.tags();
  });
  writer.int32(0).tags();
}

function payloadOf(api: ApiName, version: number, request: Buffer, reply: Exclude<Reply, Buffer | string>): Buffer {
  const isFlexible = version >= apis[api].flexibleFrom;
  const body = isFlexible ? ResponseReader.flexible(request) : ResponseReader.classic(request);
  const writer = isFlexible ? RequestWriter.flexible() : RequestWriter.classic();
  body.tags();
  if (api !== 'ApiVersions') writer.tags();
  reply(writer, { version, body });
  return writer.finish();
}
