/** A Jest transformer that turns ES modules into CommonJS by the TypeScript compiler of the project. */
const ts = require('typescript');

if (typeof ts.transpileModule !== 'function') {
  throw new Error(
    `The Jest preset of @ouzel/testing needs TypeScript 5 or 6; version ${ts.version} has no compiler API. ` +
      "Let another transformer take Ouzel's files: transform: { '^.+\\\\.(t|j)s$': '@swc/jest' }.",
  );
}

const compilerOptions = {
  module: ts.ModuleKind.CommonJS,
  target: ts.ScriptTarget.ES2022,
  esModuleInterop: true,
  sourceMap: true,
};

module.exports = {
  process(source, fileName) {
    const { outputText, sourceMapText } = ts.transpileModule(source, { fileName, compilerOptions });
    return { code: outputText, map: sourceMapText };
  },
};
