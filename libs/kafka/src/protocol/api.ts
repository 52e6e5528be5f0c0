import { RequestWriter } from './request-writer.js';
import { ResponseReader } from './response-reader.js';

/** One request of the protocol: how it is written and how its response is read, in each version that Ouzel knows. */
export interface Api<Request, Response> {
  readonly key: number;
  readonly name: string;
  /** The versions that Ouzel knows, ascending. */
  readonly versions: readonly number[];
  /** First version with compact encodings and tagged fields (KIP-482). */
  readonly flexibleFrom: number;
  /** Set for ApiVersions, whose response header has no tagged fields in any version (KIP-511). */
  readonly hasPlainResponseHeader?: true;
  write(writer: RequestWriter, request: Request, version: number): void;
  read(reader: ResponseReader, version: number): Response;
}

/** The versions that a broker serves, by API key. */
export type ApiRanges = Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number } | undefined>>;

/** Returns the highest version that both sides know; undefined when there is none. */
export function commonVersion(api: Api<never, unknown>, ranges: ApiRanges): number | undefined {
  const range = ranges[api.key];
  return range === undefined ? undefined : api.versions.findLast((version) => version >= range.minVersion && version <= range.maxVersion);
}

/**
 * Returns the body of a request, in the pieces that the writer was given. In a flexible version it begins with the
 * tagged fields of the header.
 */
export function encodeRequest<Request>(api: Api<Request, unknown>, request: Request, version: number): readonly Buffer[] {
  const writer = version >= api.flexibleFrom ? RequestWriter.flexible().tags() : RequestWriter.classic();
  api.write(writer, request, version);
  return writer.pieces();
}

/** Reads the bytes behind the correlation id of a response. Throws a RangeError when the response ends too early. */
export function decodeResponse<Response>(api: Api<never, Response>, payload: Buffer, version: number): Response {
  if (version < api.flexibleFrom) return api.read(ResponseReader.classic(payload), version);
  const reader = ResponseReader.flexible(payload);
  if (api.hasPlainResponseHeader !== true) reader.tags();
  return api.read(reader, version);
}
