import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { handleFirst } from './handle-first.js';

describe('handleFirst', () => {
  it('takes requests before the application sees them, and leaves it the others', async () => {
    const seen: string[] = [];
    const server = createServer((incoming, response) => {
      seen.push(incoming.url!);
      response.end('application');
    });
    handleFirst(server, (incoming, response) => {
      if (incoming.url !== '/ouzel/queries/app') return false;
      response.end('queries');
      return true;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const get = (path: string) =>
      new Promise<string>((resolve, reject) => {
        request({ port, path, host: '127.0.0.1', agent: false }, (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString())).on('end', () => resolve(text));
        })
          .on('error', reject)
          .end();
      });
    expect(await get('/ouzel/queries/app')).toBe('queries');
    expect(await get('/ouzel/other')).toBe('application');
    expect(seen).toEqual(['/ouzel/other']);
    await new Promise((resolve) => server.close(resolve));
  });
});
