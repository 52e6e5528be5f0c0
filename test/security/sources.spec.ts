import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const packages = ['core', 'kafka', 'streams', 'nestjs', 'testing', 'cli'];

function sources(): [file: string, text: string][] {
  return packages
    .map((name) => `libs/${name}/src`)
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
    .filter((file) => file.endsWith('.ts') && !/\.(spec|spec-support)\.ts$/.test(file))
    .map((file) => [file, readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')]);
}
const filesWith = (pattern: RegExp) => sources().flatMap(([file, text]) => (pattern.test(text) ? [file] : []));

describe('the sources of all packages', () => {
  it('connect to Kafka and, where queries are configured, to instances: to no registry or address from metadata (X8, X13)', () => {
    expect(filesWith(/(?:await|return|=>|=)\s*fetch\(|\bnew WebSocket\b|from '(undici|axios|node-fetch)'/)).toEqual([]);
    // What the package of Nest imports is a type, or the texts of status codes.
    const http = filesWith(/^import (?!type|\{ (?:STATUS_CODES|ServerResponse) \}).* from 'node:(http|https|http2|dgram|dns)'/m);
    expect(http.sort()).toEqual(['libs/streams/src/query/remote/peer-client.ts', 'libs/streams/src/runtime/client/peers.ts']);
    const sockets = filesWith(/^import (?!type).* from 'node:(net|tls)'/m).filter((file) => !file.startsWith('libs/kafka/src/'));
    // It imports what tells addresses apart.
    expect(sockets).toEqual(['libs/streams/src/query/remote/peer-rule.ts']);
  });

  it('change nothing over HTTP but by the one controller that is off unless actions are enabled (X7)', () => {
    expect(filesWith(/@(Put|Patch|Delete|All)\(/)).toEqual([]);
    expect(filesWith(/@Post\(/)).toEqual(['libs/nestjs/src/endpoints/applications/applications-controller.ts']);
  });

  it('make no code from texts (X15), and revive no objects from bytes (X16)', () => {
    expect(filesWith(/\beval\(|\bnew Function\b|\bFunction\(|from 'node:vm'/)).toEqual([]);
    expect(filesWith(/from 'node:v8'|\bdeserialize\(.*v8|process\.binding/)).toEqual([]);
  });

  it('delete topics only in the reset of an application (X18)', () => {
    const callers = filesWith(/\.deleteTopics?\(/).filter((file) => !file.startsWith('libs/kafka/src/'));
    expect(callers).toEqual(['libs/streams/src/reset-application.ts']);
  });
});

describe('dependencies (X14)', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<
      Record<string, { readonly link?: boolean; readonly resolved?: string; readonly integrity?: string; readonly inBundle?: boolean }>
    >;
  };

  it('come with a checksum each, and none from a Git address or over plain HTTP', () => {
    const installed = Object.entries(lock.packages).filter(([path, entry]) => path.includes('node_modules/') && entry.link !== true);
    expect(installed.filter(([, { integrity, inBundle }]) => integrity === undefined && inBundle !== true).map(([path]) => path)).toEqual(
      [],
    );
    expect(installed.filter(([, { resolved = '' }]) => /^(git|http:)/.test(resolved)).map(([path]) => path)).toEqual([]);
  });

  it('of the engine are five at most', () => {
    const own = (name: string) =>
      Object.keys(
        (JSON.parse(readFileSync(join(root, 'libs', name, 'package.json'), 'utf8')) as { dependencies?: object }).dependencies ?? {},
      );
    const names = new Set(['core', 'kafka', 'streams'].flatMap(own).filter((name) => !name.startsWith('@ouzel/')));
    expect(names.size).toBeLessThanOrEqual(5);
  });
});
