import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { AppModule } from './app.module.js';
import { invitation, SampleLogger } from './console.js';
import { readConfig } from './sample-config.js';

async function start(): Promise<void> {
  const isFresh = readArguments(process.argv.slice(2));
  const config = readConfig(process.env);
  if (isFresh) await rm(config.directory, { recursive: true, force: true });
  const app = await NestFactory.create(AppModule.of(config), {
    logger: new SampleLogger(),
    forceCloseConnections: true,
    abortOnError: false,
  });
  app.enableShutdownHooks(['SIGINT', 'SIGTERM'], { useProcessExit: true });
  const server = (await app.listen(config.port)) as { address(): AddressInfo };
  console.log(invitation(server.address().port, config.brokers?.join(', ') ?? 'the embedded Kafka'));
}

function readArguments(given: readonly string[]): boolean {
  const unknown = given.filter((argument) => argument !== '--fresh');
  if (unknown.length > 0) throw new Error(`There is no option ${unknown.join(', ')}. --fresh begins with nothing.`);
  return given.length > 0;
}

function messageOf(error: unknown): string {
  const { code, port, message } = error as Error & { readonly code?: string; readonly port?: number };
  return code === 'EADDRINUSE' ? `Port ${port} is in use. Choose another one: PORT=3001 npm start` : (message ?? String(error));
}

try {
  await start();
} catch (error) {
  console.error(messageOf(error));
  process.exit(1);
}
