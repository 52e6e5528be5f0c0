// npm run test:packages [-- jest options]: packs all packages and tests the tarballs as a user would install them
// (*.packages-spec.ts). It needs the npm registry.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './projects.mjs';

const packages = mkdtempSync(join(tmpdir(), 'ouzel-packages-'));

function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  return status ?? 1;
}

const packed = run('npm', ['pack', '--silent', '--workspaces', '--pack-destination', packages]);
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const options = ['--experimental-vm-modules', '--no-warnings', jest, '--runInBand', ...process.argv.slice(2)];
process.exitCode = packed === 0 ? run(process.execPath, options, { OUZEL_PACKAGES: packages }) : packed;
rmSync(packages, { recursive: true, force: true });
