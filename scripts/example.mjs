// npm run example dsl|nest|processor: builds what the example needs and becomes it, so that a signal to this process is
// a signal to the example.
import { runBuilt } from './run-built.mjs';

const names = ['dsl', 'nest', 'processor'];
const name = process.argv[2];
if (!names.includes(name)) {
  console.error(`npm run example ${names.join('|')}`);
  process.exit(1);
}
await runBuilt('examples', `examples/${name}.js`);
