import { EmbeddedApp, gate, text, until } from '../../embedded-app.spec-support.js';
import { StreamsBuilder } from '../../index.js';

describe('a task that is given up while a commit is under way', () => {
  const app = EmbeddedApp.use({ topic: 'in', partitions: 2 }, 'other');

  it('commits what it did meanwhile before another instance gets it', async () => {
    const seen: string[] = [];
    const builder = () => {
      const built = new StreamsBuilder();
      built
        .stream('in', text)
        .peek((value) => void seen.push(value))
        .groupByKey()
        .count({ materialized: { store: 'counts' } });
      return built.build();
    };
    const held = gate();
    let isHeld = false;
    const kafka = app.slowKafka(async () => {
      if (seen.length < 2) return;
      isHeld = true;
      await held.promise;
    });
    const one = await app.started(builder(), { kafka });
    await app.send('in', { value: 'a' }, { value: 'b', partition: 1 });
    await until(() => isHeld && seen.length === 2);
    await app.send('in', { value: 'c' }, { value: 'd', partition: 1 });
    await until(() => seen.length === 4);
    const two = await app.start(builder(), { stateDirectory: app.stateFolder('two') });
    await until(() => one.status().tasks.length === 1);
    held.open();
    await until(() => one.state === 'RUNNING' && two.state === 'RUNNING' && two.status().tasks.length === 1);
    await app.send('in', { value: 'e' }, { value: 'f', partition: 1 });
    await until(() => seen.includes('e') && seen.includes('f'));
    expect(seen).toHaveLength(6);
  });

  it('commits what it did after it had prepared itself for the next commit', async () => {
    const asked = gate();
    const seen: string[] = [];
    const builder = new StreamsBuilder();
    builder.stream('in', text).process(() => ({
      process({ value }) {
        seen.push(value);
        return value === 'asks' ? asked.promise : undefined;
      },
    }));
    builder.stream('other', text).peek((value) => void seen.push(value), { name: 'other' });
    const held = gate();
    let isHeld = false;
    const kafka = app.slowKafka(async () => {
      if (!seen.includes('x')) return;
      isHeld = true;
      await held.promise;
    });
    const streams = await app.started(builder.build(), { kafka });
    await app.sendValues('in', 'asks');
    await until(() => seen.includes('asks'));
    await app.sendValues('other', 'x');
    await until(() => isHeld);
    asked.open();
    await app.sendValues('in', 'a');
    await until(() => seen.includes('a'));
    const closed = streams.close({ timeout: '5s' });
    held.open();
    await closed;
    expect(await app.committed('in')).toBe(2);
  });
});
