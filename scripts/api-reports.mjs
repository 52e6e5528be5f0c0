// npm run api: writes the public interface of each entry of each package as text, in etc/.
// npm run api:check: fails where the text in etc/ is not what the build exports, and says how it differs.
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './projects.mjs';

const isCheck = process.argv.includes('--check');
const reviewed = join(root, 'etc');
const actual = join(root, 'dist/etc');

/** Entries that have types, each with the name of its report: `streams`, `streams.testing`. */
function entriesOf(name) {
  const folder = join(root, 'libs', name);
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.entries(exports).flatMap(([path, target]) =>
    target.types === undefined
      ? []
      : [{ folder, report: name + path.slice(1).replace('/', '.'), declarations: join(folder, target.types) }],
  );
}

/** Writes the report of one entry into dist/etc. */
function extract({ folder, report, declarations }) {
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: join(folder, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: declarations,
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: join(folder, 'tsconfig.lib.json') },
      apiReport: { enabled: true, reportFileName: report, reportFolder: actual, reportTempFolder: join(root, 'dist/etc-new') },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          'ae-undocumented': { logLevel: ExtractorLogLevel.None },
          'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
          // An entry may mention types of another entry. That every type is exported somewhere is for typedoc to say.
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  const { succeeded, errorCount } = Extractor.invoke(config, { localBuild: true, messageCallback: (message) => (message.handled = true) });
  if (!succeeded && errorCount > 0) throw new Error(`the report of ${report} could not be written`);
}

/**
 * Sorts the members of unions of literals and names. The compiler writes those that it has inferred in an order that
 * depends on all other code, so that a report would change with every change.
 */
function inOrder(text) {
  const member = String.raw`(?:"[^"\n]*"|(?:readonly )?[A-Za-z]\w*(?:\[\])*)`;
  return text.replace(new RegExp(`(?<=<|, )${member}(?: \\| ${member})+(?=[,>])`, 'g'), (union) => union.split(' | ').sort().join(' | '));
}

rmSync(actual, { recursive: true, force: true });
mkdirSync(actual, { recursive: true });
for (const name of ['core', 'kafka', 'streams', 'nestjs', 'testing', 'cli']) for (const entry of entriesOf(name)) extract(entry);
for (const file of readdirSync(actual)) writeFileSync(join(actual, file), inOrder(readFileSync(join(actual, file), 'utf8')));

if (isCheck) {
  const { status } = spawnSync('git', ['--no-pager', 'diff', '--no-index', '--stat', '--patch', reviewed, actual], { stdio: 'inherit' });
  if (status !== 0)
    console.error('The public interface is not the one in etc/. If the change is meant, run `npm run api` and commit etc/.');
  process.exitCode = status;
} else {
  rmSync(reviewed, { recursive: true, force: true });
  cpSync(actual, reviewed, { recursive: true });
}
