import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedded, KafkaStreams, serdes, silentLogger, StreamsBuilder, type KeyValueStoreView } from '@ouzel/streams';
import { decodeAssignment } from '../../libs/streams/src/runtime/group/assignment-info.js';
import { decodeSubscription } from '../../libs/streams/src/runtime/group/subscription-info.js';

/** What a hostile member may put in the place of `host:port`, to be shown, logged or connected to by others. */
function* hostile(): Generator<string> {
  const hosts = [
    '169.254.169.254',
    '[::1]',
    '0.0.0.0',
    'localhost',
    '10.0.0.1',
    'metadata.google.internal',
    'xn--80ak6aa92e.com',
    'bücher.de',
  ];
  const forms: readonly ((host: string) => string)[] = [
    (host) => host,
    (host) => `http://${host}:80`,
    (host) => `user@${host}:80`,
    (host) => `user:password@${host}:80`,
    (host) => `${host}:80/latest/meta-data`,
    (host) => `${host}:80?x=1`,
    (host) => `${host}:80#x`,
    (host) => `${host}:80\r\nHost: other`,
    (host) => `${host}:80\n`,
    (host) => ` ${host}:80`,
    (host) => `${host}\0:80`,
    (host) => `${host}:0`,
    (host) => `${host}:65536`,
    (host) => `${host}:-1`,
    (host) => `${host}:080`,
    (host) => `${host}:8e1`,
    (host) => `${host}:80:80`,
    (host) => `${host}:\u001b[2J80`,
    (host) => `\u202e${host}:80`,
    (host) => `${host}%00:80`,
    (host) => `//${host}:80`,
    (host) => `\\\\${host}:80`,
    (host) => `file:///${host}:80`,
    (host) => `$(${host}):80`,
    (host) => `${host},${host}:80`,
  ];
  for (const host of hosts) for (const form of forms) yield form(host);
  yield* ['', ':', ':80', 'bücher.de:80', `${'a'.repeat(300)}:80`, '[::1:80', '::1:80', '[]:80', '-a:80', '.a:80'];
}
const userData = (data: object) => Buffer.concat([Buffer.from([0, 2]), Buffer.from(JSON.stringify(data))]);

describe('the address that a member says it serves (X8)', () => {
  it('is no address unless it is host:port, 200 hostile ones', () => {
    const values = [...hostile()];
    expect(values.length).toBeGreaterThanOrEqual(200);
    for (const server of values) {
      expect([server, decodeSubscription(userData({ processId: 'p', server }))!.server]).toEqual([server, null]);
      const owners = [{ fingerprint: 'f', partition: 0, memberId: 'm', server }];
      expect(decodeAssignment(userData({ owners })).owners).toEqual([{ ...owners[0], server: null }]);
      const hosts = { members: [['m', server]], tasks: { f: [0] } };
      expect(decodeAssignment(userData({ hosts })).owners).toEqual([{ ...owners[0], server: null }]);
    }
  });

  it.each(['host:1', 'pod-0.payments.svc.cluster.local:8080', '10.0.0.1:65535', '[::1]:80', '[fe80::1]:9092', 'my_host:80'])(
    'is passed on where it is one: %s',
    (server) => expect(decodeSubscription(userData({ processId: 'p', server }))!.server).toBe(server),
  );

  it('is checked where an instance is configured', () => {
    const builder = new StreamsBuilder();
    builder.stream('in', { key: serdes.string, value: serdes.string }).forEach(() => {});
    const topology = builder.build();
    const create = (applicationServer: string) =>
      new KafkaStreams(topology, { applicationId: 'app', kafka: embedded(), logger: silentLogger, applicationServer });
    for (const server of hostile()) expect(() => create(server)).toThrow(/applicationServer.*host:port/s);
    expect(() => create('host:1')).not.toThrow();
  });

  it('is never connected to', async () => {
    // test/security/sources.spec.ts forbids all other ways. Here a member says the address of a port that counts calls.
    let calls = 0;
    const port = createServer((socket) => {
      calls++;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => port.once('listening', resolve));
    const { port: number } = port.address() as AddressInfo;
    const kafka = embedded();
    kafka.createTopics([{ topic: 'in', partitions: 2 }]);
    const builder = new StreamsBuilder();
    builder
      .stream('in', { key: serdes.string, value: serdes.string })
      .groupByKey()
      .count({ materialized: { store: 'counts' } });
    const topology = builder.build();
    const folder = mkdtempSync(join(tmpdir(), 'ouzel-server-'));
    const start = async (name: string) => {
      const streams = new KafkaStreams(topology, {
        applicationId: 'app',
        kafka,
        logger: silentLogger,
        applicationServer: `127.0.0.1:${number}`,
        stateDirectory: join(folder, name),
      });
      await streams.start();
      return streams;
    };
    const [one, two] = [await start('one'), await start('two')];
    const settled = () => [one, two].every((streams) => streams.state === 'RUNNING' && streams.status().tasks.length === 1);
    while (!settled()) await new Promise((resolve) => setTimeout(resolve, 5));
    const answers = await Promise.allSettled(
      [one, two].flatMap((streams) =>
        ['a', 'b', 'c', 'd'].map((key) => (streams.store('counts') as KeyValueStoreView<string, number>).get(key)),
      ),
    );
    const elsewhere = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as { owner?: string }] : []));
    expect(elsewhere.map(({ owner }) => owner)).toContain(`127.0.0.1:${number}`);
    await Promise.all([one.close(), two.close()]);
    expect(calls).toBe(0);
    // The port does count.
    const call = connect(number, '127.0.0.1');
    while (calls === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    call.destroy();
    port.close();
    rmSync(folder, { recursive: true });
  });
});
