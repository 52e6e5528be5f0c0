const describe = 'Describe (Read, Write and Delete include it)';

/** The operation on a topic that brokers check for a request that names topics (kafka.server.KafkaApis). */
const ofTopics: Readonly<Record<string, string>> = {
  Metadata: describe,
  CreateTopics: 'Create',
  CreatePartitions: 'Alter',
  DeleteTopics: 'Delete',
  DescribeConfigs: 'DescribeConfigs',
};
/** The same for requests that name partitions. */
const ofPartitions: Readonly<Record<string, string>> = {
  ListOffsets: describe,
  OffsetFetch: describe,
  Fetch: 'Read',
  OffsetCommit: 'Read',
  TxnOffsetCommit: 'Read',
  OffsetDelete: 'Read',
  Produce: 'Write',
  AddPartitionsToTxn: 'Write',
  DeleteRecords: 'Delete',
};
const ofGroups: Readonly<Record<string, string>> = { DeleteGroups: 'Delete', OffsetDelete: 'Delete', DescribeGroups: describe };

const page = 'docs/SECURITY.md lists all ACLs.';

/**
 * Returns which ACL is missing, operation and resource, after Kafka refused a request. `where` is the request and its
 * subject, as errors name them: `Produce of payment-3`, `AddPartitionsToTxn of app-1 for payment-3`.
 */
export function missingPermission(resource: 'topic' | 'group' | 'transactional id', where: string): string {
  const [, request = '', subject = '', part] = /^(\S+) of (?:group |transaction )?(\S+)(?: for (\S+))?$/.exec(where) ?? [];
  switch (resource) {
    case 'topic': {
      const named = part ?? subject;
      const topic = request in ofPartitions ? named.replace(/-\d+$/, '') : named;
      return `Allow ${ofPartitions[request] ?? ofTopics[request] ?? 'Read and Write'} on topic "${topic}"; ${page}`;
    }
    case 'group':
      return `Allow ${ofGroups[request] ?? 'Read'} on group "${subject}"; ${page}`;
    case 'transactional id':
      return `Allow Write on transactional id "${subject}"; ${page}`;
  }
}
