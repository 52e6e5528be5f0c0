import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { InternalTopicNeeds, SourceNeeds, TopicNeeds } from '../topics/topic-needs.js';
import { countIn, entriesIn, isRecord, parseRecord, recordsIn, textIn, textsIn, type UserData } from './user-data.js';

const maxBytes = 4 * 1024 * 1024;

/**
 * Returns the sub-topologies that a member can run as text: base64 of deflated JSON. It is short, because the
 * subscriptions of all members must fit into one record of the coordinator. Members of one version of an application
 * have the same text.
 */
export function packTopology(topology: readonly TopicNeeds[]): string {
  return deflateRawSync(JSON.stringify({ topology })).toString('base64');
}

/** Returns undefined where `packTopology` did not make the text. */
export function unpackTopology(packed: string): readonly TopicNeeds[] | undefined {
  try {
    const json = inflateRawSync(Buffer.from(packed, 'base64'), { maxOutputLength: maxBytes }).toString();
    const data = parseRecord(json);
    return data === undefined ? undefined : recordsIn(data.topology).flatMap(needsIn);
  } catch {
    return undefined;
  }
}

function needsIn(data: UserData): TopicNeeds[] {
  const fingerprint = textIn(data.fingerprint);
  const id = countIn(data.id);
  if (fingerprint === null || id === undefined) return [];
  return [
    {
      fingerprint,
      id,
      isStateful: data.isStateful === true,
      sources: recordsIn(data.sources).map((source): SourceNeeds => ({ node: textIn(source.node) ?? '', topics: textsIn(source.topics) })),
      sinks: textsIn(data.sinks),
      copartitioned: Array.isArray(data.copartitioned) ? data.copartitioned.map(textsIn) : [],
      repartition: recordsIn(data.repartition).flatMap(internalIn),
      changelogs: recordsIn(data.changelogs).flatMap(internalIn),
      tables: textsIn(data.tables),
    },
  ];
}

function internalIn({ topic, partitions, config }: UserData): InternalTopicNeeds[] {
  if (typeof topic !== 'string' || !isRecord(config)) return [];
  return [{ topic, partitions: countIn(partitions) ?? null, config: entriesIn(config, (value) => textIn(value) ?? undefined) }];
}
