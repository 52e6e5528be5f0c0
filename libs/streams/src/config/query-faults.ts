import type { Fault } from '@ouzel/core';
import type { ResolvedConfig } from './streams-config.js';

const address = 'Give the address at which the other instances reach this one: { applicationServer: `${process.env.POD_IP}:7100` }';

/** Returns what is wrong with settings of queries that each are right by themselves. */
export function queryFaults({ queries, applicationServer }: Pick<ResolvedConfig, 'queries' | 'applicationServer'>): Fault[] {
  // A setting that could not be read is reported already.
  if (queries === undefined) return [];
  const { listen, secret, tls } = queries;
  const isMutual = tls?.key !== undefined && tls.cert !== undefined && tls.ca !== undefined;
  const faults: Fault[] = [];
  if (listen !== undefined && secret === undefined && !(isMutual && listen !== 'application'))
    faults.push({
      where: 'queries.listen',
      what: 'would answer whoever asks',
      help:
        listen === 'application'
          ? 'Set `queries.secret`: the TLS of that server is not known here'
          : 'Set `queries.secret`, or `queries.tls` with key, cert and ca',
    });
  if (tls !== undefined && listen !== undefined && listen !== 'application' && (tls.key === undefined || tls.cert === undefined))
    faults.push({
      where: 'queries.tls',
      what: 'has no key and cert to listen with',
      help: 'Give the key and the certificate of this instance',
    });
  if (applicationServer === undefined && (listen ?? secret ?? tls) !== undefined)
    faults.push({ where: 'queries', what: 'needs applicationServer', help: address });
  return faults;
}
