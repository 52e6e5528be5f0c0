import type * as Streams from '@ouzel/streams';

/** The entry `@ouzel/streams` that the application itself uses: a topology belongs to the copy that made it. */
export type StreamsEntry = typeof Streams;

/** One application of a module that was loaded. It is not started. */
export interface LoadedApplication {
  /** Its name among those of the module: `default` where it has none. */
  readonly name: string;
  readonly topology: Streams.Topology;
  /** Left out: the module has only a topology. */
  readonly config: Streams.StreamsConfig | undefined;
}

/** The applications that a module declares. `close` releases what its providers hold. */
export interface LoadedModule {
  readonly applications: readonly LoadedApplication[];
  readonly streams: StreamsEntry;
  close(): Promise<void>;
}
