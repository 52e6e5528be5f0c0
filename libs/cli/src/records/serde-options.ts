import { OuzelError } from '@ouzel/core';
import { serdes, type Serde } from '@ouzel/streams';
import { Option, type Command } from 'commander';
import type { ChosenApplication } from '../application/application-options.js';

/** The serdes that a command line may name. */
const named: Readonly<Record<string, Serde<unknown>>> = {
  string: serdes.string,
  json: serdes.json(),
  long: serdes.bigint,
  int: serdes.int,
  short: serdes.short,
  double: serdes.double,
  float: serdes.float,
  boolean: serdes.boolean,
  uuid: serdes.uuid,
  buffer: serdes.buffer,
};

export interface SerdeArguments {
  readonly keySerde?: string;
  readonly valueSerde?: string;
}

/** The serdes of one topic. Undefined: nothing says which. */
export interface TopicSerdes {
  readonly key: Serde<unknown> | undefined;
  readonly value: Serde<unknown> | undefined;
}

/** Adds the options that say how keys and values are written. */
export function withSerdes(command: Command): Command {
  const option = (of: 'key' | 'value') =>
    new Option(`--${of}-serde <serde>`, `how ${of}s are written; left out: as --app reads or writes the topic`).choices(Object.keys(named));
  return command.addOption(option('key')).addOption(option('value'));
}

/** Returns the serdes that the arguments name, else those of the application for the topic. */
export function serdesFor(
  topic: string,
  { keySerde, valueSerde }: SerdeArguments,
  application: ChosenApplication | undefined,
): TopicSerdes {
  const own = application === undefined ? {} : application.streams.topicSerdes(application.topology, topic, application.config);
  return {
    key: keySerde === undefined ? own.key : named[keySerde],
    value: valueSerde === undefined ? own.value : named[valueSerde],
  };
}

/** Reads what was typed as a value that the serde takes. Texts are taken as they are; all else is JSON. */
export function typedValue(text: string, serde: Serde<unknown> | undefined, what: string): unknown {
  if (serde === serdes.bigint) return BigInt(text);
  if (serde === undefined || serde.name === 'string' || serde.name === 'uuid') return text;
  if (serde.name === 'buffer') return Buffer.from(text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OuzelError('OUZEL_CONFIG', {
      what: `the ${what} must be JSON for the serde "${serde.name ?? 'custom'}"`,
      where: 'ouzel produce',
      cause,
    });
  }
}
