import { readFileSync } from 'node:fs';
import { OuzelError } from '@ouzel/core';
import { embedded, fromKafkaProperties, type KafkaConfig, type KafkaConnection } from '@ouzel/streams';
import { Option, type Command } from 'commander';
import { list } from '../console/arguments.js';
import { parseProperties } from './properties.js';

/** The arguments that say where Kafka is. */
export interface ClusterArguments {
  readonly brokers?: readonly string[];
  readonly bootstrapServer?: readonly string[];
  readonly embedded?: string;
  readonly commandConfig?: string;
}

/** A cluster to work on. `close` gives the folder of an embedded one back. */
export interface Cluster {
  readonly kafka: KafkaConfig | KafkaConnection;
  close(): void;
}

/** Adds the options that say where Kafka is. All commands have the same. */
export function withCluster(command: Command): Command {
  return command
    .addOption(
      new Option('--brokers <host:port,…>', 'addresses of some brokers; also from OUZEL_BROKERS')
        .argParser(list)
        .conflicts(['embedded', 'bootstrapServer']),
    )
    .addOption(
      new Option('--bootstrap-server <host:port,…>', "the same, by the name that Kafka's tools have").argParser(list).conflicts('embedded'),
    )
    .addOption(new Option('--embedded <folder>', 'the folder of an embedded Kafka that is not running, instead of brokers'))
    .option(
      '--command-config <file>',
      'a file of Java properties, for security: security.protocol, sasl.…, ssl.…; also from OUZEL_COMMAND_CONFIG',
    );
}

/**
 * Returns the cluster that the arguments name, else that of the environment, else `own`: what the application's own
 * configuration says. Throws OUZEL_CONFIG where there is none. `command` is named in errors.
 */
export function clusterOf(args: ClusterArguments, command: string, own?: KafkaConfig | KafkaConnection): Cluster {
  if (args.embedded !== undefined) {
    const kafka = embedded({ directory: args.embedded });
    return { kafka, close: () => kafka.close() };
  }
  return { kafka: brokersOf(args, own, command), close: () => {} };
}

function brokersOf(args: ClusterArguments, own: Cluster['kafka'] | undefined, command: string): Cluster['kafka'] {
  const { OUZEL_BROKERS: fromEnvironment, OUZEL_COMMAND_CONFIG: fileOfEnvironment } = process.env;
  const brokers = args.brokers ?? args.bootstrapServer ?? (fromEnvironment ? list(fromEnvironment) : undefined);
  const file = args.commandConfig ?? (fileOfEnvironment || undefined);
  const { kafka } = file === undefined ? {} : fromKafkaProperties(propertiesIn(file));
  const given = brokers === undefined ? kafka : { ...kafka, brokers };
  if (given !== undefined && 'brokers' in given) return given;
  if (own !== undefined) return own;
  throw new OuzelError('OUZEL_CONFIG', {
    what: 'there is no address of a broker',
    where: command,
    help: 'Give --brokers, or bootstrap.servers in the file of --command-config.',
  });
}

function propertiesIn(file: string): Readonly<Record<string, string>> {
  try {
    return parseProperties(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new OuzelError('OUZEL_CONFIG', { what: 'the file can not be read', where: `--command-config ${file}`, cause });
  }
}
