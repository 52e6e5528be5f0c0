import type { INestApplication } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { OuzelError } from '@ouzel/streams';

/** Platforms of Nest, and the adapter that each exports. */
const platforms = [
  ['@nestjs/platform-express', 'ExpressAdapter'],
  ['@nestjs/platform-fastify', 'FastifyAdapter'],
] as const;

/**
 * Returns an adapter of the platform that is installed. Throws OUZEL_CONFIG where there is none: Nest would end the
 * process of the test.
 */
export async function installedPlatform(): Promise<AbstractHttpAdapter> {
  for (const [platform, adapter] of platforms) {
    const found = await load(platform);
    if (found !== undefined) return new (found[adapter] as new () => AbstractHttpAdapter)();
  }
  throw new OuzelError('OUZEL_CONFIG', {
    what: 'no HTTP platform of Nest is installed',
    where: 'createDrivenApplication',
    help: 'Install @nestjs/platform-express or @nestjs/platform-fastify, or use createDrivenContext for an application without HTTP.',
  });
}

/** Resolves when the server takes requests without listening. Fastify does when its plugins are there. */
export async function routesAreReady(app: INestApplication): Promise<void> {
  const instance: unknown = app.getHttpAdapter().getInstance();
  const ready = (instance as { readonly ready?: () => PromiseLike<unknown> }).ready;
  if (app.getHttpAdapter().getType() === 'fastify') await ready?.call(instance);
}

/** The names are not written in the import, so that no build asks for a platform that a project does not have. */
async function load(platform: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return (await import(platform)) as Readonly<Record<string, unknown>>;
  } catch (thrown) {
    const isMissing = thrown instanceof Error && 'code' in thrown && /^(ERR_)?MODULE_NOT_FOUND$/.test(String(thrown.code));
    if (isMissing) return undefined;
    throw thrown;
  }
}
