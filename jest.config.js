const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

/**
 * Tests run on the sources. Suites that need more than Node have names of their own: a real broker *.kafka-spec.ts
 * (`npm run test:kafka`), the packed packages and the npm registry *.packages-spec.ts (`npm run test:packages`).
 */
const suites = process.env.OUZEL_KAFKA_SUITES ? 'kafka-spec' : process.env.OUZEL_PACKAGES ? 'packages-spec' : 'spec';

export default {
  testEnvironment: 'node',
  testTimeout: suites === 'spec' ? 20_000 : 120_000,
  roots: ['<rootDir>/libs', '<rootDir>/sample-app', '<rootDir>/test'],
  testMatch: [`**/*.${suites}.ts`],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.generated/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^@ouzel/core$': '<rootDir>/libs/core/src/index.ts',
    '^@ouzel/core/settings$': '<rootDir>/libs/core/src/settings/index.ts',
    '^@ouzel/core/conformance$': '<rootDir>/libs/core/src/conformance/index.ts',
    '^@ouzel/kafka$': '<rootDir>/libs/kafka/src/index.ts',
    '^@ouzel/kafka/(records|kafkajs|embedded|conformance)$': '<rootDir>/libs/kafka/src/$1/index.ts',
    '^@ouzel/streams$': '<rootDir>/libs/streams/src/index.ts',
    '^@ouzel/streams/conformance$': '<rootDir>/libs/streams/src/conformance/index.ts',
    '^@ouzel/streams/testing$': '<rootDir>/libs/streams/src/testing.ts',
    '^@ouzel/testing$': '<rootDir>/libs/testing/src/index.ts',
    '^@ouzel/testing/(jest|nestjs)$': '<rootDir>/libs/testing/src/$1.ts',
    '^@ouzel/nestjs/class-validator$': '<rootDir>/libs/nestjs/src/class-validator.ts',
    '^@ouzel/nestjs$': '<rootDir>/libs/nestjs/src/index.ts',
    '^@ouzel/nestjs/otel$': '<rootDir>/libs/nestjs/src/otel/index.ts',
    '^@ouzel/cli$': '<rootDir>/libs/cli/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
};
