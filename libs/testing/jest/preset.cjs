/**
 * A Jest preset for tests in CommonJS mode, which is what Nest 11 sets up: `"preset": "@ouzel/testing"`.
 *
 * Ouzel's packages are ES modules. Jest loads them in CommonJS mode when they are compiled like the tests. So the
 * packages are taken out of the patterns that Jest does not transform. A `transform` of the project that takes `.js`
 * files (Nest 11's takes them) compiles them; where there is none, `to-commonjs.cjs` does.
 */
module.exports = {
  // Package managers with a store of their own (pnpm) put packages below `.pnpm/@ouzel+streams@…/node_modules/`.
  transformIgnorePatterns: ['[/\\\\]node_modules[/\\\\](?!(\\.pnpm[/\\\\])?@ouzel[/\\\\+])'],
  transform: { '[/\\\\]node_modules[/\\\\]@ouzel[/\\\\].+\\.js$': require.resolve('./to-commonjs.cjs') },
};
