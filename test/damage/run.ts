// npm run test:damage [-- --seeds N] [--kind TEXT]: damages the local state of an application in every way of kinds.ts,
// with seeds 1 to N (20), at rest and while it runs.
// Prints what came of it; exit code 1 where an answer was wrong or an application did not come up again.
import { parseArgs } from 'node:util';
import { kinds, kindsWhileRunning, type Kind } from './kinds.js';
import { GoodCopy, type Outcome } from './trial.js';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '20' }, kind: { type: 'string', default: '' } } });
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
let faults = 0;

async function row(name: string, trial: (seed: number) => Promise<Outcome>): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const seed of seeds) {
    try {
      const outcome = await trial(seed);
      outcomes.push(outcome);
      if (outcome.wrong.length === 0) continue;
      console.log(`  seed ${seed}: wrong values of ${outcome.wrong.length} keys, ${outcome.wrong[0]} for one`);
    } catch (thrown) {
      console.log(`  seed ${seed}: ${(thrown as Error).message}`);
    }
    faults++;
  }
  const count = (result: Outcome['result']) => outcomes.filter((outcome) => outcome.result === result).length;
  const crashes = outcomes.filter(({ starts }) => starts > 1).length;
  console.log(`${name}: ${count('unharmed')} unharmed, ${count('rebuilt')} rebuilt, ${count('refused')} refused, ${crashes} after a crash`);
}

const good = await GoodCopy.make();
try {
  for (const kind of Object.keys(kinds) as Kind[]) if (kind.includes(values.kind)) await row(kind, (seed) => good.atRest(kind, seed));
  for (const kind of kindsWhileRunning)
    if (kind.includes(values.kind)) await row(`${kind}, while it runs`, (seed) => good.whileRunning(kind, seed));
  if ('kill'.includes(values.kind)) await row('instances are killed', (seed) => good.killed(seed));
} finally {
  good.remove();
}
console.log(faults === 0 ? 'no wrong answer, no restart loop' : `${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
