import type { Headers } from '@ouzel/core';
import type { RecordContext } from '../record/record.js';

/** A record on its way to Kafka, as a tracer sees it. */
export interface TracedRecord {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

/** A record that a tracer follows until Kafka has it. */
export interface TracedSend {
  /** The headers to send: they carry the context of the send. */
  readonly headers: Headers;
  /** Called once with the outcome, where there is one: not for records of a task that is given up. */
  ended(outcome: { readonly partition: number; readonly offset: number } | { readonly error: Error }): void;
}

/**
 * Follows records through an application. The engine calls it around its work; without one it calls nothing. The context
 * of a record is in its headers, so it goes with the record through caches, suppressions, stores and topics.
 *
 * Methods must not throw. `openTelemetry` of `@ouzel/nestjs/otel` makes one.
 */
export interface Tracing {
  /**
   * Called with each record that a task takes. Must call `work` once, with the headers that the record has from now on,
   * and return what that returned.
   */
  process(task: string, record: RecordContext, work: (headers: Headers) => void | Promise<void>): void | Promise<void>;
  /**
   * Called when the engine goes on with a record that it kept: from a cache, a suppression, or after a promise. Must
   * call `work` once, in the context that the headers carry, and return what that returned.
   */
  resume<T>(headers: Headers, work: () => T): T;
  /** Called with each record of a sink. Returns undefined for a record that is sent as it is. */
  send(record: TracedRecord): TracedSend | undefined;
  /** Returns the headers of a changelog record. `from` are those of the record in process, `own` those that it has. */
  logged(from: Headers, own: Headers): Headers;
  /** Called around each commit. Must call `work` once, and return what that returned. */
  commit<T>(tasks: number, work: () => Promise<T>): Promise<T>;
}

/** Makes the tracer of one application. */
export type TracingFactory = (application: { readonly applicationId: string }) => Tracing;
