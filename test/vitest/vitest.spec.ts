import { join } from 'node:path';
import { Program } from '../program.js';

it('the matchers work in Vitest, with the built packages', async () => {
  const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
  const program = new Program(process.execPath, [vitest, 'run', '--no-color'], { folder: import.meta.dirname, env: { CI: '1' } });
  const { code, output } = await program.ended;
  expect(output).toContain('2 passed');
  expect(code).toBe(0);
}, 60_000);
