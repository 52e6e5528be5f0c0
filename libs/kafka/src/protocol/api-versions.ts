import type { Api } from './api.js';

/** The finalized features of the cluster with their levels (KIP-584), such as `transaction.version`. */
export type FinalizedFeatures = ReadonlyMap<string, number>;

/**
 * Reads the finalized features of the cluster. The rest of the response is skipped.
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
