import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { kafkajs } from './index.js';

describe('a driver whose broker does not answer', () => {
  let server: Server;
  let address: string;

  beforeEach(async () => {
    server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
  });

  const connecting = async () => {
    const driver = kafkajs({ brokers: [address] }).createDriver({ clientId: 'test' });
    const told = new Promise<unknown>((resolve) => driver.onConnectivity(resolve));
    const connected = driver.connect().catch((error: unknown) => error);
    const failure = await told;
    await driver.close();
    return { failure, connected: await connected };
  };

  it('tells that there is none, goes on trying, and gives up when it is closed', async () => {
    server.close();
    const { failure, connected } = await connecting();
    expect(failure).toMatchObject({ kind: 'retriable', kafkaCode: -1, what: expect.stringContaining('ECONNREFUSED') });
    expect(connected).toMatchObject({ kind: 'closed' });
  });

  it('says what to look at when the connection is closed at once', async () => {
    const { failure } = await connecting();
    expect(failure).toMatchObject({ kind: 'retriable', help: expect.stringContaining('`kafka.ssl` and `kafka.sasl`') });
  });

  it.each([
    ['speaks HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['sends a negative size', Buffer.from([0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 0])],
  ])('says so when the peer %s', async (_fault, bytes) => {
    server.removeAllListeners('connection');
    server.on('connection', (socket) => socket.on('error', () => {}).write(bytes));
    const { failure } = await connecting();
    expect(failure).toMatchObject({ kind: 'retriable', what: expect.stringMatching(/^a response can not have -?\d+ bytes$/) });
    expect(failure).toMatchObject({ help: 'Check that this is the address of a Kafka broker.' });
  });

  it('may be closed twice, and answers nothing any more', async () => {
    const driver = kafkajs({ brokers: [address] }).createDriver({ clientId: 'test' });
    await driver.close();
    await driver.close();
    await expect(driver.admin.topics()).rejects.toMatchObject({ kind: 'closed' });
    await expect(driver.connect()).rejects.toMatchObject({ kind: 'closed' });
  });

  it('does not take an address without a port', () => {
    expect(() => kafkajs({ brokers: ['localhost'] }).createDriver({ clientId: 'test' })).toThrow(
      expect.objectContaining({ code: 'OUZEL_CONFIG', faults: [{ where: 'kafka.brokers', what: "must be a list of 'host:port'" }] }),
    );
  });
});
