import { DriverError, type KafkaConnection } from '@ouzel/kafka';
import { StreamsBuilder } from '../../index.js';
import { EmbeddedApp, text, until } from '../../embedded-app.spec-support.js';

describe('taskTimeout', () => {
  const app = EmbeddedApp.use('in', 'out');

  const echo = () => {
    const builder = new StreamsBuilder();
    builder.stream('in', text).to('out');
    return builder.build();
  };
  const late = () => new DriverError('retriable', 7, { what: 'the request timed out' });

  /** The embedded Kafka, whose group does not respond to the requests of one kind while `fails` says so. */
  const silent = (kind: 'committedOffsets' | 'commit', fails: () => boolean): KafkaConnection => ({
    createDriver: (options) => {
      const driver = app.kafka.createDriver(options);
      const committedOffsets = driver.admin.committedOffsets.bind(driver.admin);
      if (kind === 'committedOffsets')
        driver.admin.committedOffsets = (...asked) => (fails() ? Promise.reject(late()) : committedOffsets(...asked));
      const createMember = driver.createMember.bind(driver);
      driver.createMember = (of) => {
        const member = createMember(of);
        const commit = member.commit.bind(member);
        if (kind === 'commit') member.commit = (offsets) => (fails() ? Promise.reject(late()) : commit(offsets));
        return member;
      };
      return driver;
    },
  });

  it.each(['committedOffsets', 'commit'] as const)('ends a client whose requests %s go on failing for longer', async (kind) => {
    const streams = await app.start(echo(), { kafka: silent(kind, () => true), taskTimeout: 50 });
    await app.sendValues('in', 'a');
    await until(() => streams.state === 'ERROR');
    expect(streams.status().failure).toMatchObject({ code: 'OUZEL_TASK_TIMEOUT' });
  });

  it.each(['committedOffsets', 'commit'] as const)('lets a client go on whose requests %s fail for a shorter time', async (kind) => {
    let failures = 0;
    const streams = await app.start(echo(), { kafka: silent(kind, () => failures++ < 2), taskTimeout: '1m' });
    await app.sendValues('in', 'a');
    expect(await app.values('out', 1)).toEqual(['a']);
    await until(async () => (await app.committed('in')) === 1);
    expect([failures > 2, streams.state]).toEqual([true, 'RUNNING']);
  });

  it('asks the uncaught handler, which may let the task go on', async () => {
    const asked: string[] = [];
    const streams = await app.start(echo(), {
      kafka: silent('committedOffsets', () => asked.length === 0),
      taskTimeout: 0,
      uncaughtHandler: (error: Error) => {
        asked.push(error.message);
        return 'replace';
      },
    });
    await until(() => streams.state === 'RUNNING');
    expect(asked).toEqual([expect.stringMatching(/^OUZEL_TASK_TIMEOUT: no progress for taskTimeout, 0 ms: .*timed out/)]);
  });
});
