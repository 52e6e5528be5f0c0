// Builds what the sample app needs and becomes the sample app: npm start [-- --fresh]
//
// The app runs in this process, so that a signal to it is a signal to the app.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './projects.mjs';

const build = spawn(process.execPath, [join(root, 'scripts/build.mjs'), 'sample-app'], { stdio: 'inherit' });
const stop = (signal) => build.kill(signal);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
const [code] = await once(build, 'exit');
for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
if (code !== 0) process.exit(code ?? 1);

await import('../dist/sample-app/main.js');
