import { asError, Headers, whatOf } from '@ouzel/core';
import type { Serde } from '@ouzel/streams';
import { jsonText } from '../console/json-text.js';

/** The value that bytes were decoded to, or the reason why they could not be decoded. */
export type Shown = { readonly value: unknown } | { readonly error: string };

/** Decodes bytes. Without a serde they are text, or base64 where they are no text. Never throws. */
export function shownValue(
  bytes: Buffer | null,
  serde: Serde<unknown> | undefined,
  topic: string,
  headers: Headers = Headers.empty,
): Shown {
  if (bytes === null) return { value: null };
  if (serde === undefined) return { value: textOrBase64(bytes) };
  try {
    return { value: serde.deserialize(bytes, topic, headers) };
  } catch (thrown) {
    return { error: `can not be decoded by "${serde.name ?? 'custom'}": ${whatOf(asError(thrown))}` };
  }
}

/** Returns what a person reads. */
export function shownText(shown: Shown): string {
  if ('error' in shown) return `(${shown.error})`;
  return typeof shown.value === 'string' ? shown.value : jsonText(shown.value).trimEnd();
}

export function textOrBase64(bytes: Buffer): string {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : `base64:${bytes.toString('base64')}`;
}
