import { request } from 'node:http';
import { inspect } from 'node:util';
import {
  KafkaStreams,
  StoreNotAvailableError,
  StreamsBuilder,
  embedded,
  hideSecrets,
  Secret,
  type KeyValueStoreView,
} from '../../index.js';
import { EmbeddedApp, text, until } from '../../embedded-app.spec-support.js';
import { asked, sharedSecret, startAsked } from '../instances.spec-support.js';
import { peerRule } from './peer-rule.js';
import { isSigned, signatureOf } from './signature.js';
import { decodeData, encodeData, type WireData } from './wire-data.js';

function counting() {
  const builder = new StreamsBuilder();
  builder
    .stream('in', text)
    .groupByKey()
    .count({ materialized: { store: 'counts', caching: false } });
  return builder.build();
}

describe('the rule of addresses that may be asked', () => {
  it('admits none that a hostile member may publish', () => {
    const hosts = [
      '169.254.169.254',
      '[::1]',
      '[fe80::1]',
      '[fd00:ec2::254]',
      '[::ffff:169.254.169.254]',
      '[::ffff:a9fe:a9fe]',
      '[::]',
      '0.0.0.0',
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f.1',
      '0xa9fea9fe',
      '169.254.169.254.',
      'localhost',
      'app.localhost',
      'metadata.google.internal',
      '224.0.0.1',
      '255.255.255.255',
      '8.8.8.8',
      '10.9.1.1',
      'example.com',
      'user@10.1.2.9',
      '10.1.2.9/path',
      '10.1.2.9\r\nx: y',
      'xn--80ak6aa92e.com',
      'tést',
      'a'.repeat(300),
    ];
    const servers = hosts.flatMap((host) => [
      host,
      `${host}:7100`,
      `${host}:80`,
      `${host}:22`,
      `http://${host}:7100`,
      `${host}:7100#`,
      ` ${host}:7100`,
    ]);
    expect(servers.length).toBeGreaterThan(190);
    for (const own of ['10.1.2.3:7100', 'app-0.app.ns.svc:7100', '[2001:db8:1::5]:7100']) {
      const rule = peerRule(own, []);
      expect(servers.filter((server) => rule.admit(server) !== undefined)).toEqual([]);
    }
  });

  it('admits what resembles the own address, or what is listed', () => {
    const admitted = (own: string, allow: readonly string[], ...servers: readonly string[]) =>
      servers.filter((server) => peerRule(own, allow).admit(server) !== undefined);
    expect(admitted('10.1.2.3:7100', [], '10.1.9.9:7100', '10.1.9.9:7101', '10.1.2.3:1')).toEqual(['10.1.9.9:7100', '10.1.2.3:1']);
    expect(admitted('a-0.a.svc:80', [], 'a-1.a.svc:80', 'a-1.b.svc:80')).toEqual(['a-1.a.svc:80']);
    expect(admitted('127.0.0.1:80', [], '127.0.0.1:81', '10.0.0.1:80')).toEqual(['127.0.0.1:81']);
    const listed = ['10.0.0.0/8:7100', '*.svc', 'one:5'];
    expect(admitted('app:1', listed, '10.9.9.9:7100', '10.9.9.9:80', 'x.svc:9', 'one:5', 'one:6', 'two:5')).toEqual([
      '10.9.9.9:7100',
      'x.svc:9',
      'one:5',
    ]);
  });
});

describe('what instances send each other', () => {
  it('comes back as it was, bytes and odd names too', () => {
    const data: WireData = [undefined, null, true, -0.5, Infinity, 2n ** 70n, 'tést', Buffer.from([0, 255]), new Date(5), { a: [{}] }];
    expect(decodeData(encodeData(data))).toEqual(data);
    const odd = decodeData(encodeData(JSON.parse('{"__proto__": 1}'))) as object;
    expect([Object.getOwnPropertyNames(odd), Object.getPrototypeOf(odd) === Object.prototype]).toEqual([['__proto__'], true]);
    expect(() => encodeData(() => {})).toThrow(/can not be sent/);
  });

  it('is read without harm where it is hostile', () => {
    const whole = encodeData({ kind: 'ask', parameters: [Buffer.alloc(20), 'text', [1, 2]] });
    for (let length = 0; length < whole.length; length++)
      expect(() => decodeData(whole.subarray(0, length))).toThrow(expect.objectContaining({ code: 'OUZEL_STATE' }) as Error);
    expect(() => decodeData(Buffer.from([9, 255, 255, 255, 255]))).toThrow(/ends early/);
    expect(() => decodeData(Buffer.from(Array.from({ length: 500 }, () => [9, 0, 0, 0, 1]).flat()))).toThrow(/too deep/);
  });

  it('is signed for one server, one body and a few minutes', () => {
    const secret = new Secret(sharedSecret);
    const sent = { server: '10.0.0.1:80', path: '/p', body: Buffer.from('body') };
    const header = signatureOf(sent, secret, 1_000_000);
    expect(header).not.toContain(sharedSecret);
    expect(isSigned(sent, header, secret, 1_200_000)).toBe(true);
    expect(isSigned(sent, header, secret, 1_400_000)).toBe(false);
    expect(isSigned({ ...sent, server: '10.0.0.2:80' }, header, secret, 1_000_000)).toBe(false);
    expect(isSigned({ ...sent, body: Buffer.from('other') }, header, secret, 1_000_000)).toBe(false);
    expect(isSigned(sent, header, new Secret('another secret of them'), 1_000_000)).toBe(false);
    expect([undefined, '', 'Ouzel1', `${header}x`].map((wrong) => isSigned(sent, wrong, secret, 1_000_000))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('the endpoint of queries', () => {
  const app = EmbeddedApp.use({ topic: 'in', partitions: 2 });

  it('is a fault of the boot where it would answer whoever asks, or has no address', () => {
    const boot = (config: object) => () => new KafkaStreams(counting(), { applicationId: 'app', kafka: embedded(), ...config });
    const applicationServer = '127.0.0.1:7100';
    expect(boot({ applicationServer, queries: { listen: { port: 7100 } } })).toThrow(/would answer whoever asks/);
    expect(boot({ applicationServer, queries: { listen: 'application' } })).toThrow(/would answer whoever asks/);
    expect(boot({ applicationServer, queries: { secret: 'short' } })).toThrow(/at least 16 characters/);
    expect(boot({ queries: { secret: sharedSecret } })).toThrow(/needs applicationServer/);
  });

  it('shows its secret in no print', () => {
    const config = hideSecrets({ applicationId: 'app', kafka: embedded(), queries: { secret: sharedSecret } });
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config.queries)).not.toContain(sharedSecret);
  });

  it('refuses requests without a signature, and all but queries', async () => {
    const config = await asked();
    await app.started(counting(), config);
    const [host, port] = String(config['applicationServer']).split(':');
    const status = (method: string, path: string, body = '') =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ host, port, method, path, agent: false }, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end(body);
      });
    expect(await status('POST', '/ouzel/queries/app', 'x')).toBe(401);
    expect(await status('GET', '/ouzel/queries/app')).toBe(405);
    expect(await status('POST', '/other')).toBe(404);
  });

  it('is not asked with another secret, nor by an instance without one', async () => {
    const one = await startAsked(app, 'one', counting());
    const two = await startAsked(app, 'two', counting(), await asked({ secret: 'quite another secret' }));
    const three = await app.start(counting(), { stateDirectory: app.stateFolder('three') });
    const all = [one, two, three];
    await until(() => all.every(({ state }) => state === 'RUNNING') && all.flatMap((streams) => streams.status().tasks).length === 2);
    const reasons = async (streams: KafkaStreams) => {
      const counts = streams.store('counts') as KeyValueStoreView<string, number>;
      const found = await Promise.allSettled(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => counts.get(key, { deadline: 300 })));
      return found.flatMap((result) => (result.status === 'rejected' ? [result.reason as StoreNotAvailableError] : []));
    };
    for (const { reason } of [...(await reasons(one)), ...(await reasons(two))]) expect(['refused', 'elsewhere']).toContain(reason);
    for (const failure of await reasons(three)) expect(failure.reason).toBe('elsewhere');
  });

  it('says how all instances are, and where keys live', async () => {
    const all = [await startAsked(app, 'one', counting()), await startAsked(app, 'two', counting())];
    await until(() => all.every((streams) => streams.state === 'RUNNING' && streams.status().tasks.length === 1));
    const [one] = all as [KafkaStreams, KafkaStreams];
    await until(
      () =>
        one
          .instances()
          .flatMap(({ tasks }) => tasks)
          .sort()
          .join() === '0_0,0_1',
    );
    const answers = await one.askInstances('status');
    expect(answers.map(({ failure, status }) => [failure, status?.state])).toEqual([
      [null, 'RUNNING'],
      [null, 'RUNNING'],
    ]);
    expect(answers.every(({ metrics }) => (metrics?.length ?? 0) > 0)).toBe(true);
    const { partition, active } = one.queryMetadataForKey('counts', 'a');
    expect(active?.tasks).toEqual([`0_${partition}`]);
    expect(one.streamsMetadataForStore('counts')).toHaveLength(2);
  });

  it('keeps queries right or typed while an instance ends and another takes over', async () => {
    const one = await startAsked(app, 'one', counting());
    const two = await startAsked(app, 'two', counting());
    await until(() => [one, two].every((streams) => streams.state === 'RUNNING' && streams.status().tasks.length === 1));
    const keys = Array.from({ length: 40 }, (_, i) => `key-${i}`);
    await app.send('in', ...keys.flatMap((key) => [0, 1].map((partition) => ({ key, value: 'v', partition }))));
    const counts = one.store('counts') as KeyValueStoreView<string, number>;
    await until(async () => (await Promise.all(keys.map((key) => counts.get(key)))).every((count) => count === 1));
    const asking = keys.map(async (key) => {
      const found: unknown[] = [];
      for (let i = 0; i < 25; i++) found.push(await counts.get(key, { deadline: '10s' }).catch((thrown: unknown) => thrown));
      return found;
    });
    await two.close();
    const found = (await Promise.all(asking)).flat();
    expect(found.filter((value) => value !== 1 && !(value instanceof StoreNotAvailableError))).toEqual([]);
    expect(await counts.get('key-1', { deadline: '10s' })).toBe(1);
  });
});
