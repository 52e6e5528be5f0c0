/**
 * `npm run bench [-- part…]`: figures of parts of the engine, without a broker: codec, operators, counting, windows,
 * finals, hot-key, restoring, measuring. Each line is the best of three runs on one thread, so records/s are per core.
 */
import { hotKey } from './hot-key.js';
import { measuring } from './measuring.js';
import { codec, operators } from './stateless.js';
import { counting, restoring } from './tables.js';
import { finals, windows } from './windows.js';

const parts: Readonly<Record<string, () => Promise<void>>> = {
  codec,
  operators,
  counting,
  windows,
  finals,
  'hot-key': hotKey,
  restoring,
  measuring,
};
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
  process.exit(1);
}
console.log(`node ${process.versions.node}`);
for (const [name, part] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await part();
