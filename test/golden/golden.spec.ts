import { fileURLToPath } from 'node:url';
import * as ouzel from '@ouzel/streams';
import { readScenarios } from './scenario.js';
import { runScenario } from './scenario-run.js';
import { twins } from './twins/index.js';

const files = readScenarios(fileURLToPath(new URL('recorded', import.meta.url)));

/** Compares each recorded run of Kafka Streams with the twin of its topology. */
describe.each(files)('$name', ({ scenarios }) => {
  it.each(scenarios)('$name is as recorded', async (scenario) => {
    const twin = twins[scenario.family];
    expect(twin).toBeDefined();
    const { differences } = await runScenario(ouzel, scenario, twin!);
    expect(differences).toEqual([]);
  });
});
