import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { rm } from 'node:fs/promises';
import { AppModule } from './app.module.js';
import { invitation, SampleLogger } from './console.js';
import { readConfig } from './sample-config.js';

async function start(): Promise<void> {
  const config = readConfig(process.env);
  if (process.argv.includes('--fresh')) await rm(config.directory, { recursive: true, force: true });
  const app = await NestFactory.create(AppModule.of(config), {
    logger: new SampleLogger(),
    forceCloseConnections: true,
    abortOnError: false,
  });
  app.enableShutdownHooks(['SIGINT', 'SIGTERM'], { useProcessExit: true });
  await app.listen(config.port);
  console.log(invitation(config.port, config.brokers === undefined ? 'the embedded Kafka' : config.brokers.join(', ')));
}

try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
