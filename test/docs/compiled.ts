import { join } from 'node:path';
import ts from 'typescript';
import { root } from './pages.js';

/** A module that a page shows, written to a file. */
export interface Program {
  readonly name: string;
  readonly file: string;
}

/** Returns what the compiler finds in the programs, with the settings of the project; what is not used is no fault. */
export function compileFaults(programs: readonly Program[]): string[] {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const program = ts.createProgram(
    programs.map(({ file }) => file),
    { ...options, noUnusedLocals: false, noUnusedParameters: false },
  );
  return programs.flatMap(({ name, file }) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      (fault) => `${name}: ${ts.flattenDiagnosticMessageText(fault.messageText, ' ')}`,
    );
  });
}
