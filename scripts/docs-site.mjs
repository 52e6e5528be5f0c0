// npm run docs:site: builds the site of the documentation into dist/site, the API reference included. The site's packages
// are in docs/site, so that an ordinary `npm ci` does not install them; they are installed here when they are missing.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './projects.mjs';

const site = join(root, 'docs/site');
const reference = join(root, 'dist/reference');

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function isInstalled() {
  const installed = join(site, 'node_modules/.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(site, 'package-lock.json')).mtimeMs;
}

if (!isInstalled()) run('npm', ['ci', '--no-audit', '--no-fund'], site);
if (!existsSync(join(reference, 'index.html'))) run('npm', ['run', '--silent', 'reference'], root);
run('npm', ['run', '--silent', 'build'], site);
cpSync(reference, join(root, 'dist/site/reference'), { recursive: true });
