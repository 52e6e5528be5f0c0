import { serdes } from '@ouzel/streams';
import { encode } from './bench-task.js';

export const text = { key: serdes.string, value: serdes.string };
/** 2025-01-01, the time of the first record. */
export const epoch = 1_735_689_600_000;

/** Returns a payment of about 100 bytes of JSON. */
export function payment(i: number): string {
  const id = String(i).padStart(9, '0');
  return `{"id":"p-${id}","userId":"user-${i % 10_000}","amount":${1_000 + (i % 9_000)},"currency":"EUR","ts":${epoch + i}}`;
}

/** Returns encoded payments, one for each millisecond. Their keys come in a scattered order. */
export function payments(n: number, keys: number): Buffer[] {
  return encode(n, (i) => ({ key: `user-${(i * 7_919) % keys}`, value: payment(i), timestamp: epoch + i }));
}
