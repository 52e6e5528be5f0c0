import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ApplicationLifecycle, type UnstartedApplication } from './application-lifecycle.js';
import { NoServer } from './no-server.js';

export interface UnstartedApplications {
  readonly applications: readonly UnstartedApplication[];
  /** Closes the module. Its providers see `onModuleDestroy` without having seen `onModuleInit`. */
  close(): Promise<void>;
}

/**
 * Assembles the applications of a Nest module, for tools that look at them: nothing starts, no server listens. Providers
 * are made, but none of their hooks is called, so that a topology that needs one to have run can not be assembled.
 * Throws what the boot of the module would throw.
 *
 * @example
 * ```ts
 * const { applications, close } = await assembledApplications(AppModule);
 * for (const { name, topology } of applications) console.log(name, topology.describe());
 * await close();
 * ```
 */
export async function assembledApplications(module: Type | DynamicModule): Promise<UnstartedApplications> {
  const nest = await NestFactory.create(module, new NoServer(), { logger: false, abortOnError: false });
  const found = lifecyclesOf(nest);
  const applications: UnstartedApplication[] = [];
  for (const lifecycle of found) applications.push(await lifecycle.assembled());
  return { applications, close: () => nest.close() };
}

/** A module without OuzelModule has none. */
function lifecyclesOf(nest: Awaited<ReturnType<typeof NestFactory.create>>): readonly ApplicationLifecycle[] {
  try {
    return nest.get(ApplicationLifecycle, { strict: false, each: true });
  } catch {
    return [];
  }
}
