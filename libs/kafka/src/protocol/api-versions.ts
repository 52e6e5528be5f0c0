import type { Api } from './api.js';

/**
 * The levels of the features that all brokers of the cluster agree on (KIP-584): `transaction.version`,
 * `metadata.version`.
 */
export type FinalizedFeatures = ReadonlyMap<string, number>;

/**
 * Asks a broker what the cluster can do. Of the response only the finalized features are read.
 *
 *   request  = software | version
 *   response = error int16 | [key int16 | least int16 | most int16] | throttle int32 | tag 2: [feature | most int16
 *            | least int16]
 */
export const apiVersions: Api<{ readonly software: string; readonly softwareVersion: string }, FinalizedFeatures> = {
  key: 18,
  name: 'ApiVersions',
  versions: [3],
  flexibleFrom: 3,
  hasPlainResponseHeader: true,
  write(writer, { software, softwareVersion }) {
    writer.string(software).string(softwareVersion).tags();
  },
  read(reader) {
    const features = new Map<string, number>();
    reader.int16();
    reader.array(() => {
      for (let field = 0; field < 3; field++) reader.int16();
      reader.tags();
    });
    reader.int32();
    reader.tags({
      2: (field) => {
        field.array(() => {
          features.set(field.string(), field.int16());
          field.int16();
          field.tags();
        });
      },
    });
    return features;
  },
};
