// npm run test:chaos -- --plan NAME [--seed N]: puts the program through a plan of plans.ts on a Kafka that it starts.
// The same seed gives the same steps. Prints what was done and what was found; exit code 1 where something was.
import { parseArgs } from 'node:util';
import { plans } from './plans.js';
import { Trial } from './trial.js';

const { values } = parseArgs({ options: { plan: { type: 'string', default: 'short' }, seed: { type: 'string', default: '1' } } });
const plan = plans[values.plan];
if (plan === undefined) {
  console.error(`there is no plan "${values.plan}": choose ${Object.keys(plans).join(', ')}`);
  process.exit(2);
}
console.log(`plan ${values.plan}, seed ${values.seed}: ${plan.instances} instances, ${plan.guarantee}`);
const report = await Trial.run(plan, Number(values.seed), (line) => console.log(line));
const { findings, failures, folder, ...figures } = report;
console.log(JSON.stringify(figures, undefined, 2));
for (const failure of failures) console.log(`FAILURE ${failure}`);
for (const { anomaly, topic, partition, count, what } of findings)
  console.log(`FOUND ${anomaly} in ${topic}-${partition}, ${count} times: ${what}`);
const isRight = findings.length === 0 && failures.length === 0;
console.log(isRight ? 'nothing was lost, and nothing is wrong' : `something is wrong; logs and state are in ${folder}`);
process.exit(isRight ? 0 : 1);
