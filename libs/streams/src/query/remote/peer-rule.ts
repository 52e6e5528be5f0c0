import { BlockList, isIP } from 'node:net';
import { isHostAndPort } from '@ouzel/core';

/** An address, `host:port`, in parts. The host of an IPv6 address has no brackets. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/** Says which of the addresses that the group publishes may be asked: any member of the group may publish any address. */
export interface PeerRule {
  /** Returns the parts of an address that may be asked; undefined for any other text. */
  admit(server: string): PeerAddress | undefined;
  /** Returns whether an address that a name stands for may be connected to. */
  admitsResolved(address: string): boolean;
}

/** Addresses that are never asked: metadata services of clouds (link-local), "any", multicast, reserved. */
const never = blockListOf(
  ['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ['::/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::/32', '64:ff9b::/96'],
);
const loopback = blockListOf(['127.0.0.0/8'], ['::1/128']);
const metadataNames = /^(metadata|metadata\..*|instance-data)$/;

/**
 * Returns the rule of an instance. `allow` lists what may be asked: a name, '*.suffix', an address or a range such as
 * '10.0.0.0/8', with `:port` behind it where only that port is meant. Without it, what resembles the instance's own
 * address may be asked: another host has the same port, and a name with the same suffix behind its first dot, or an
 * address of the same /16 (IPv6: /48); the same host may have any port. Metadata services, "any" and multicast are
 * never asked; loopback only from loopback.
 */
export function peerRule(own: string, allow: readonly string[]): PeerRule {
  const self = partsOf(own);
  const admits = allow.length > 0 ? anyOf(allow.map(entryRule)) : resembling(self);
  const isOnLoopback = isLoopback(self.host);
  const admitsResolved = (address: string) => !listed(never, unmapped(address)) && (isOnLoopback || !isLoopback(unmapped(address)));
  return {
    admit: (server) => {
      if (!isHostAndPort(server)) return undefined;
      const parts = partsOf(server);
      const isAddress = isIP(parts.host) !== 0;
      if (isAddress ? !admitsResolved(parts.host) : !isSafeName(parts.host, isOnLoopback)) return undefined;
      return admits(parts) ? parts : undefined;
    },
    admitsResolved,
  };
}

type Rule = (address: PeerAddress) => boolean;

/** Splits an address that `isHostAndPort` accepts. */
function partsOf(server: string): PeerAddress {
  const at = server.lastIndexOf(':');
  return {
    host: server
      .slice(0, at)
      .replace(/^\[|\]$/g, '')
      .toLowerCase(),
    port: Number(server.slice(at + 1)),
  };
}

function anyOf(rules: readonly Rule[]): Rule {
  return (address) => rules.some((rule) => rule(address));
}

function resembling(self: PeerAddress): Rule {
  return ({ host, port }) =>
    host === self.host || (port === self.port && (isLoopback(host) ? isLoopback(self.host) : isNear(host, self.host)));
}

function isNear(host: string, own: string): boolean {
  const kind = isIP(host);
  if (kind !== isIP(own)) return false;
  if (kind !== 0) {
    const list = new BlockList();
    list.addSubnet(own, kind === 4 ? 16 : 48, kind === 4 ? 'ipv4' : 'ipv6');
    return listed(list, host);
  }
  const suffix = (name: string) => name.slice((name.indexOf('.') + 1 || name.length + 1) - 1);
  return suffix(own) !== '' && suffix(host) === suffix(own);
}

function entryRule(entry: string): Rule {
  const [, pattern = '', only] = /^(.*?)(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry.toLowerCase()) ?? [];
  const isPort: Rule = ({ port }) => only === undefined || port === Number(only);
  const host = pattern.replace(/^\[|\]$/g, '');
  const [, base, bits] = /^([0-9a-f.:]+)\/(\d+)$/.exec(host) ?? [];
  if (base !== undefined && isIP(base) !== 0) {
    const list = isIP(base) === 4 ? blockListOf([`${base}/${bits}`], []) : blockListOf([], [`${base}/${bits}`]);
    return (address) => isPort(address) && isIP(address.host) === isIP(base) && listed(list, address.host);
  }
  if (host.startsWith('*.')) return (address) => isPort(address) && isIP(address.host) === 0 && address.host.endsWith(host.slice(1));
  return (address) => isPort(address) && address.host === host;
}

/** A name that is a number in disguise, such as 2130706433 or 0x7f.1, stands for an address that no rule sees. */
function isSafeName(host: string, isOnLoopback: boolean): boolean {
  const last = host.split('.').findLast((part) => part !== '') ?? '';
  if (/^(0x[0-9a-f]*|\d+)$/.test(last) || host.includes('..') || metadataNames.test(host)) return false;
  return isOnLoopback || !(host === 'localhost' || host.endsWith('.localhost'));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || listed(loopback, host);
}

/** An IPv4 address in the form of an IPv6 address is the IPv4 address. */
function unmapped(address: string): string {
  const mapped = /^::ffff:(?:0{1,4}:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address;
}

function listed(list: BlockList, address: string): boolean {
  const kind = isIP(address);
  return kind !== 0 && list.check(address, kind === 4 ? 'ipv4' : 'ipv6');
}

function blockListOf(v4: readonly string[], v6: readonly string[]): BlockList {
  const list = new BlockList();
  for (const [ranges, kind] of [
    [v4, 'ipv4'],
    [v6, 'ipv6'],
  ] as const)
    for (const range of ranges) {
      const [address, bits] = range.split('/') as [string, string];
      list.addSubnet(address, Number(bits), kind);
    }
  return list;
}
