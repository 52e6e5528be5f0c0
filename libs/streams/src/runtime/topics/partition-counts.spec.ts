import { DriverError, type KafkaConnection } from '@ouzel/kafka';
import { EmbeddedApp, text, until } from '../../embedded-app.spec-support.js';
import { StreamsBuilder } from '../../index.js';

describe('a topic that is written to for the first time', () => {
  const app = EmbeddedApp.use('in', 'out');

  it('is asked for again while Kafka does not respond, and its task loses nothing', async () => {
    let asked = 0;
    const kafka: KafkaConnection = {
      createDriver(options) {
        const driver = app.kafka.createDriver(options);
        const topics = driver.admin.topics.bind(driver.admin);
        driver.admin.topics = async (names) => {
          const isOutput = names?.length === 1 && names[0] === 'out';
          if (isOutput && ++asked <= 2) throw new DriverError('retriable', -1, { what: 'the connection is closed' });
          return topics(names);
        };
        return driver;
      },
    };
    const builder = new StreamsBuilder();
    builder.stream('in', text).to('out', text);
    const streams = await app.started(builder.build(), { kafka });
    await app.sendValues('in', 'a', 'b');
    await until(async () => (await app.size('out')) === 2);
    expect(asked).toBeGreaterThan(2);
    expect(streams.state).toBe('RUNNING');
  });
});
