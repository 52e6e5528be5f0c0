import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as ouzel from '@ouzel/streams';
import type { Difference } from './compare.js';
import { readScenarios, type Scenario, type ScenarioFile } from './scenario.js';
import { runScenario, type Outcome } from './scenario-run.js';
import { twins as builtIn } from './twins/index.js';
import type { Twins } from './twins/parts.js';

const usage = 'npm run golden -- [--twins FILE] [--require-all] [PATH…]';
/** The recorded scenarios of the project. */
const recorded = fileURLToPath(new URL('../../test/golden/recorded', import.meta.url));

/** `npm run golden`: compares recorded runs of Kafka Streams with their twins. Returns the exit code. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { twins: { type: 'string', multiple: true, default: [] }, 'require-all': { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const given = await Promise.all(values.twins.map(readTwins));
  const twins: Twins = Object.fromEntries([builtIn, ...given].flatMap((all) => Object.entries(all)));
  const files = (positionals.length === 0 ? [recorded] : positionals.map(located)).flatMap(readScenarios);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of files) for (const scenario of file.scenarios) counts[await report(file, scenario, twins)]++;
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed > 0 || (values['require-all'] && counts.skipped > 0) ? 1 : 0;
}

async function report(file: ScenarioFile, scenario: Scenario, twins: Twins): Promise<'passed' | 'failed' | 'skipped'> {
  const title = `${file.name} / ${scenario.name}`;
  const twin = Object.hasOwn(twins, scenario.family) ? twins[scenario.family] : undefined;
  if (twin === undefined) {
    console.log(`- ${title}: skipped, family "${scenario.family}" has no twin`);
    return 'skipped';
  }
  const { differences, deviations } = await withStrayErrors(runScenario(ouzel, scenario, twin));
  for (const deviation of deviations) console.log(`~ ${title}: ${deviation}`);
  if (differences.length === 0) return 'passed';
  console.log(`x ${title} (family ${scenario.family})`);
  for (const difference of differences) console.log(differenceText(difference));
  return 'failed';
}

function differenceText({ where, what, expected, got }: Difference): string {
  const indented = (text: string): string => text.replaceAll('\n', '\n                ');
  return `    ${where}: ${what}\n      expected  ${indented(expected)}\n      got       ${indented(got)}`;
}

/**
 * Makes a promise that a twin left without a handler a difference of its scenario. It would end the process otherwise.
 */
async function withStrayErrors(run: Promise<Outcome>): Promise<Outcome> {
  const strays: Difference[] = [];
  const addStray = (thrown: unknown): void => {
    strays.push({ where: 'run', what: 'a promise without a handler', expected: 'no error', got: String(thrown) });
  };
  process.on('unhandledRejection', addStray);
  process.on('uncaughtException', addStray);
  try {
    const outcome = await run;
    await new Promise((resolve) => setImmediate(resolve));
    return { ...outcome, differences: [...outcome.differences, ...strays] };
  } finally {
    process.off('unhandledRejection', addStray);
    process.off('uncaughtException', addStray);
  }
}

async function readTwins(file: string): Promise<Twins> {
  const { default: twins } = (await import(pathToFileURL(located(file)).href)) as { default?: Twins };
  if (typeof twins !== 'object') throw new Error(`${file} has no default export { 'family': (ouzel, config) => topology }`);
  return twins;
}

/** Finds a path relative to the working directory, or to the folder in which npm was called. */
function located(path: string): string {
  const found = [resolve(path), join(process.env['INIT_CWD'] ?? '', path)].find((candidate) => existsSync(candidate));
  if (found === undefined) throw new Error(`there is no ${path}`);
  return found;
}

try {
  process.exitCode = await main();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  console.error(usage);
  process.exitCode = 1;
}
