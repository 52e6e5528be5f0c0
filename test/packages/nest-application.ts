import { codeBlocksOf } from '../docs/pages.js';
import { freePort } from '../program.js';
import type { Project } from './project.js';

/** The files of the first application in the README of @ouzel/nestjs, as the reader of that page has them. */
export function firstApplication(): Record<string, string> {
  const files = codeBlocksOf('libs/nestjs/README.md', 'ts').flatMap(({ file, code }) => (file === undefined ? [] : [[file, code]]));
  return Object.fromEntries(files) as Record<string, string>;
}

/** Starts the compiled application, sends a record through it over HTTP, and stops it as a container would. */
export async function seeRecordComeThrough(project: Project): Promise<void> {
  const port = await freePort();
  const at = `http://127.0.0.1:${port}`;
  const app = project.start('node', ['dist/main.js'], { PORT: String(port) });
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(at + path);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  };
  try {
    await app.until(async () => void (await get('/health/ready')));
    await fetch(`${at}/pages/home/views`, { method: 'POST' });
    await app.until(async () => expect(await get('/pages/home')).toEqual({ page: 'home', views: 1 }));
  } finally {
    const { code, signal, output } = await app.stop('SIGTERM');
    expect({ code, signal, output }).toMatchObject({ output: expect.not.stringContaining('ERROR') as string });
    // Nest ends the process by the signal itself, once its shutdown hooks are done.
    expect([code, signal]).toEqual([null, 'SIGTERM']);
  }
}
