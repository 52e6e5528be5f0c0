/**
 * Returns whether a text is `host:port`, with a DNS name, an IPv4 address or an IPv6 address in brackets. Nothing else
 * is part of it: no scheme, user, path, white space or control character.
 */
export function isHostAndPort(text: string): boolean {
  const [, host, port] = /^([A-Za-z0-9][A-Za-z0-9._-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\]):([1-9]\d{0,4})$/.exec(text) ?? [];
  return host !== undefined && Number(port) <= 65_535;
}
