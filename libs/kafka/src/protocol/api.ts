import { RequestWriter } from './request-writer.js';
import { ResponseReader } from './response-reader.js';

/** One request of the protocol: how it is written and how its answer is read, in each version that we speak. */
export interface Api<Request, Response> {
  readonly key: number;
  readonly name: string;
  /** Those that we speak, ascending. */
  readonly versions: readonly number[];
  /** First version with compact encodings and a flexible header (KIP-482). */
  readonly flexibleFrom: number;
  write(writer: RequestWriter, request: Request, version: number): void;
  read(reader: ResponseReader, version: number): Response;
}

/** The versions that a broker serves, by API key. */
export type ApiRanges = Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number } | undefined>>;

/** The highest version that both sides speak; undefined when there is none. */
export function commonVersion(api: Api<never, unknown>, ranges: ApiRanges): number | undefined {
  const range = ranges[api.key];
  return range === undefined ? undefined : api.versions.findLast((version) => version >= range.minVersion && version <= range.maxVersion);
}

/** Body of the request; in a flexible version it begins with the tagged fields of the header. */
export function encodeRequest<Request>(api: Api<Request, unknown>, request: Request, version: number): Buffer {
  const writer = version >= api.flexibleFrom ? RequestWriter.flexible().tags() : RequestWriter.classic();
  api.write(writer, request, version);
  return writer.finish();
}

/** Reads what follows the correlation id of the answer. */
export function decodeResponse<Response>(api: Api<never, Response>, payload: Buffer, version: number): Response {
  if (version < api.flexibleFrom) return api.read(ResponseReader.classic(payload), version);
  const reader = ResponseReader.flexible(payload);
  reader.tags();
  return api.read(reader, version);
}
