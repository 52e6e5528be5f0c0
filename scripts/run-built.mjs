import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './projects.mjs';

/** Builds a project and what it needs, and runs one of its compiled files in this process. */
export async function runBuilt(project, file) {
  const build = spawn(process.execPath, [join(root, 'scripts/build.mjs'), project], { stdio: 'inherit' });
  const stop = (signal) => build.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
  const [code] = await once(build, 'exit');
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, stop);
  if (code !== 0) process.exit(code ?? 1);
  await import(join(root, 'dist', file));
}
