import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../docs/pages.js';
import { freePort, Program } from '../program.js';

describe('the examples', () => {
  let state: string;
  beforeEach(() => (state = mkdtempSync(join(tmpdir(), 'ouzel-example-'))));
  afterEach(() => rmSync(state, { recursive: true }));

  const start = (name: string, env: Readonly<Record<string, string>> = {}) =>
    new Program('node', ['scripts/example.mjs', name], { folder: root, env: { OUZEL_STATE_DIR: state, ...env } });

  it('processor reports the sensor that is silent, and not the other', async () => {
    const app = start('processor');
    await app.until(() => expect(app.output).toMatch(/^cellar is silent since /m));
    expect(app.output).not.toMatch(/^attic/m);
    expect(await app.stop('SIGINT')).toMatchObject({ code: 0 });
  }, 120_000);

  it('nest sums up payments and shows them over HTTP', async () => {
    const port = await freePort();
    const at = `http://127.0.0.1:${port}`;
    const app = start('nest', { PORT: String(port) });
    await app.until(async () => expect((await fetch(`${at}/health/ready`)).ok).toBe(true));
    const body = JSON.stringify({ amount: 10, currency: 'CHF' });
    await fetch(`${at}/payments/ann`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await app.until(async () => expect(await (await fetch(`${at}/payments/ann`)).json()).toEqual({ user: 'ann', total: 10.5 }));
    // Nest ends the process by the signal itself, once its shutdown hooks are done.
    expect(await app.stop('SIGTERM')).toMatchObject({ code: null, signal: 'SIGTERM' });
  }, 120_000);
});
