import { EmbeddedApp, text, until } from '../../embedded-app.spec-support.js';
import { StreamsBuilder } from '../../index.js';

describe('the topics that an application needs at its start', () => {
  const app = EmbeddedApp.use('in', 'out');

  const passes = () => {
    const builder = new StreamsBuilder();
    builder.stream('in', text).to('out', text);
    return builder.build();
  };

  it('include the dead-letter topic', async () => {
    await expect(app.start(passes(), { deadLetterTopic: 'dead' })).rejects.toMatchObject({
      code: 'OUZEL_TOPIC_MISSING',
      message: expect.stringContaining('deadLetterTopic: topic "dead" does not exist') as string,
    });
  });

  it('are all named at once', async () => {
    const builder = new StreamsBuilder();
    builder.stream(['in', 'other'], text).to('nowhere', text);
    builder.globalTable('rates', { ...text, materialized: { store: 'rates' } });
    const refused = app.start(builder.build(), { deadLetterTopic: 'dead' });
    await expect(refused).rejects.toThrow(/4 faults[^]*"other"[^]*"nowhere"[^]*"rates"[^]*"dead"/);
  });

  it('are waited for as long as `waitForTopics` says', async () => {
    const started = app.start(passes(), { deadLetterTopic: 'dead', waitForTopics: '10s' });
    await app.createTopics('dead');
    const streams = await started;
    await until(() => streams.state === 'RUNNING');
  });
});
