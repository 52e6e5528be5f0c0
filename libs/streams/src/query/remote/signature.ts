import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '@ouzel/core';

/** How far the clocks of two instances may be apart, ms. */
const maxSkewMs = 5 * 60_000;

/** A request as it is signed. */
export interface SignedRequest {
  /** The address that the request is for, `host:port`: it can not be passed on to another instance. */
  readonly server: string;
  readonly path: string;
  readonly body: Buffer;
}

/**
 * Returns the header that proves that the sender knows the secret. The secret itself is not in it:
 *
 *   Ouzel1 <epoch ms>.<HMAC-SHA256 of time, server, path and SHA-256 of the body, base64url>
 */
export function signatureOf(request: SignedRequest, secret: Secret<string>, now: number): string {
  return `Ouzel1 ${now}.${mac(request, secret, String(now)).toString('base64url')}`;
}

/** Returns whether a header is the signature of a request, made within the last minutes. Takes the same time either way. */
export function isSigned(request: SignedRequest, header: string | undefined, secret: Secret<string>, now: number): boolean {
  const [, time, given] = /^Ouzel1 (\d{1,16})\.([A-Za-z0-9_-]{43})$/.exec(header ?? '') ?? [];
  if (time === undefined || given === undefined) return false;
  const isEqual = timingSafeEqual(Buffer.from(given, 'base64url'), mac(request, secret, time));
  return isEqual && Math.abs(now - Number(time)) <= maxSkewMs;
}

function mac({ server, path, body }: SignedRequest, secret: Secret<string>, time: string): Buffer {
  const digest = createHash('sha256').update(body).digest('base64url');
  return createHmac('sha256', secret.reveal()).update(['Ouzel1', time, server, path, digest].join('\n')).digest();
}
