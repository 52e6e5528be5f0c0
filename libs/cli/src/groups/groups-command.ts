import type { Command } from 'commander';
import { withCluster, type ClusterArguments } from '../connection/cluster-options.js';
import { withSession } from '../connection/session.js';
import type { Console } from '../console/console.js';
import { tableText } from '../console/table.js';

interface GroupsArguments extends ClusterArguments {
  readonly members?: true;
  readonly json?: true;
}

/** Adds `ouzel groups`. */
export function groupsCommand(program: Command, console: Console): void {
  withCluster(program.command('groups'))
    .description('Lists the groups of a cluster: an application is the group of its applicationId.')
    .option('--members', 'list the members of each group too')
    .option('--json', 'write the groups as JSON')
    .addHelpText('after', '\nExample:\n  $ ouzel groups --brokers localhost:9092 --members')
    .action((args: GroupsArguments) =>
      withSession(args, 'ouzel groups', console, async ({ driver: { admin } }) => {
        const groups = [...(await admin.groups())].sort((a, b) => (a.group < b.group ? -1 : 1));
        const members = args.members ? await Promise.all(groups.map(({ group }) => admin.groupMembers(group))) : [];
        if (args.json) {
          console.out(`${JSON.stringify(groups.map((group, i) => ({ ...group, ...(args.members && { members: members[i] }) })))}\n`);
          return;
        }
        const rows = groups.flatMap(({ group, protocolType }, i) => [
          [group, protocolType || null, null, null],
          ...(members[i] ?? []).map(({ memberId, clientId, host }) => ['', null, memberId, `${clientId} at ${host}`]),
        ]);
        const columns = args.members ? 4 : 2;
        const head = ['GROUP', 'TYPE', 'MEMBER', 'CLIENT'].slice(0, columns);
        if (groups.length === 0) console.out('There is no group.\n');
        else
          console.out(
            tableText(
              console,
              head,
              rows.map((row) => row.slice(0, columns)),
            ),
          );
      }),
    );
}
