import { EmbeddedApp, text, until } from '../../embedded-app.spec-support.js';
import { StreamsBuilder, tumbling } from '../../index.js';

/** Threat X12: others may write and change internal topics where ACLs do not keep them out. */
describe('an internal topic that exists already', () => {
  const app = EmbeddedApp.use('in');
  const topology = () => {
    const builder = new StreamsBuilder();
    const byValue = builder
      .stream('in', text)
      .selectKey((value) => value)
      .groupByKey({ ...text, name: 'by-value' });
    byValue.count({ materialized: { store: 'counts' } });
    byValue.windowedBy(tumbling('1h')).count({ materialized: { store: 'windows' } });
    return builder.build();
  };

  it.each([
    ['app-counts-changelog', 'delete'],
    ['app-counts-changelog', 'compact,delete'],
    ['app-by-value-repartition', 'compact'],
    ['app-by-value-repartition', 'delete,compact'],
  ])('%s with cleanup.policy=%s, which would lose records, ends the application, and creates nothing', async (topic, policy) => {
    await app.createTopics({ topic, config: { 'cleanup.policy': policy } });
    const streams = await app.started(topology());
    await until(() => streams.state === 'ERROR');
    expect(streams.status().failure).toMatchObject({ code: 'OUZEL_TOPIC_MISCONFIGURED' });
    expect(streams.status().failure!.message).toContain(`${topic}: the internal topic has cleanup.policy=${policy}, which loses records`);
    expect([...(await app.driver.admin.topics()).keys()].sort()).toEqual([topic, 'in'].sort());
  });

  it('is used where its cleanup keeps all that is needed', async () => {
    await app.createTopics(
      { topic: 'app-counts-changelog', config: { 'cleanup.policy': 'compact' } },
      { topic: 'app-windows-changelog', config: { 'cleanup.policy': 'compact' } },
      { topic: 'app-by-value-repartition', config: { 'cleanup.policy': 'delete' } },
    );
    const streams = await app.started(topology());
    await app.sendValues('in', 'a', 'b', 'a');
    await until(async () => (await app.valueOf(streams, 'counts', 'a')) === 2);
  });
});
