// The project's own definition: `npx projen` writes package.json, tsconfig*.json, jest.config.json and the task list from here.
import { JsonFile, javascript, typescript } from 'projen';

const NODE_FLOOR = '20.9.0';

/** The doors of the package (docs: architecture, section 2). Physical stubs under the same names serve the `node10` module resolution. */
const DOORS = ['analysis', 'testing'];

const project = new typescript.TypeScriptProject({
  name: 'cdk8s-netstack',
  description: 'Describe a whole network stack in one cdk8s program, and prove at synth time that every engine accepts its part of it.',
  license: 'Apache-2.0',
  copyrightOwner: 'The cdk8s-netstack authors',
  authorName: 'The cdk8s-netstack authors',
  keywords: ['cdk8s', 'kubernetes', 'gateway-api', 'istio', 'cilium', 'envoy-gateway', 'network-policy', 'terraform', 'wireguard', 'cloudflare'],
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  projenVersion: '0.103.25',
  typescriptVersion: '~6.0.3',
  minNodeVersion: NODE_FLOOR,
  github: false,
  release: false,
  depsUpgrade: false,
  buildWorkflow: false,
  eslint: false,
  jest: false,
  docgen: false,
  sampleCode: false,
  projenrcTs: true,
  tsconfigDevFile: 'tsconfig.dev.json',
  entrypoint: 'lib/src/index.js',
  entrypointTypes: 'lib/src/index.d.ts',
  bin: { netstack: 'lib/src/cli/main.js' },
  // Each run-time dependency is named in the README with its reason.
  deps: ['@bufbuild/re2@0.6.1', 'commander@^14', 'ipaddr.js@^2.5.0', 'js-yaml@^4.1.0', 'picocolors@^1.1.1', 'yaml@^2.9.0'],
  peerDeps: ['cdk8s@^2.70.0', 'constructs@^10.4.2'],
  peerDependencyOptions: { pinnedDevDependency: false },
  devDeps: [
    // The judge of our own evaluator in tests.
    '@bufbuild/cel@0.6.1',
    '@cdktf/provider-cloudflare@13.9.1',
    '@eslint/js@^9',
    // Ships the JSON Schema of SARIF 2.1.0, which its own package does not.
    '@microsoft/jest-sarif@1.0.0-beta.0',
    '@stylistic/eslint-plugin@^5',
    // Exact: `npm ci` needs the bindings of every platform, and a release has them all only some time after it is out.
    '@swc/core@1.16.18',
    '@swc/jest@^0.2.39',
    '@types/jest@^30',
    '@types/js-yaml@^4',
    '@types/node@^20',
    'ajv@^8.20.0',
    'cdk8s-cli@2.207.60',
    'cdk8s-plus-28@2.5.6',
    'cdk8s-plus-33@2.5.57',
    'cdk8s@2.70.106',
    'cdktf@0.21.0',
    'constructs@10.7.2',
    'dependency-cruiser@17.3.9',
    'esbuild@^0.28.2',
    'eslint@^9.39',
    'fast-check@^4.10.0',
    'jest@^30.5.0',
    'tsx@^4.23.0',
    'typedoc@^0.28.20',
    'typescript-eslint@^8.73.0',
  ],
  gitignore: ['/dist/', '/examples/*/dist/', '/.cache/', '/.tsbuild/', '/lib/', '/coverage/', '/docs/api/', '/validations.yaml', '*.tgz', ...DOORS.map((door) => `/${door}/`), '!/src/', '!/test/'],
  npmignoreEnabled: false,
  tsconfig: {
    compilerOptions: {
      rootDir: '.',
      outDir: 'lib',
      target: 'ES2022',
      lib: ['es2022'],
      types: ['node'],
      module: 'node16',
      moduleResolution: javascript.TypeScriptModuleResolution.NODE16,
      declaration: true,
      incremental: true,
      tsBuildInfoFile: '.tsbuild/build.tsbuildinfo',
      skipLibCheck: true,
      inlineSourceMap: false,
      inlineSources: false,
      sourceMap: false,
      noEmitOnError: true,
    },
    include: ['src/**/*.ts', 'imports/**/*.ts'],
    exclude: ['node_modules'],
  },
  tsconfigDev: {
    compilerOptions: {
      rootDir: '.',
      noEmit: true,
      target: 'ES2022',
      lib: ['es2022'],
      types: ['node', 'jest'],
      module: 'node16',
      moduleResolution: javascript.TypeScriptModuleResolution.NODE16,
      declaration: true,
      incremental: true,
      tsBuildInfoFile: '.tsbuild/dev.tsbuildinfo',
      skipLibCheck: true,
      inlineSourceMap: false,
      inlineSources: false,
      sourceMap: false,
      paths: {
        'cdk8s-netstack': ['./src/index.ts'],
        'cdk8s-netstack/imports/*': ['./imports/*/index.ts'],
        'cdk8s-netstack/testing': ['./src/testing/index.ts'],
        'cdk8s-netstack/analysis': ['./src/analysis/index.ts'],
      },
    },
  },
});

for (const file of ['tsconfig.json', 'tsconfig.dev.json']) {
  const json = project.tryFindObjectFile(file);
  // Type stripping and single-file transpilers must be able to read the sources.
  json?.addOverride('compilerOptions.isolatedDeclarations', true);
  json?.addOverride('compilerOptions.erasableSyntaxOnly', true);
  json?.addOverride('compilerOptions.isolatedModules', true);
  json?.addDeletionOverride('compilerOptions.experimentalDecorators');
}
project.tryFindObjectFile('tsconfig.dev.json')?.addOverride('include', [
  ...['src', 'imports', 'test', 'examples', 'bench', 'tools'].map((room) => `${room}/**/*.ts`), '.projenrc.ts',
]);
project.tryFindObjectFile('tsconfig.dev.json')?.addOverride('exclude', ['node_modules', 'test/fixtures/**', 'test/package/consumer/**']);

// --- package.json ---
project.package.addField('overrides', { 'unrs-resolver': '1.12.2' });
project.package.addField('engines', { node: `>= ${NODE_FLOOR}` });
// Importing the testing door registers its matchers.
project.package.addField('sideEffects', ['./lib/src/testing/index.js']);
project.package.addField('peerDependencies', {
  'cdk8s': '^2.70.0',
  'constructs': '^10.4.2',
  'cdk8s-plus-28': '^2.5.0',
  'cdktf': '^0.21.0',
  '@cdktf/provider-cloudflare': '^13.9.0',
});
project.package.addField('peerDependenciesMeta', {
  'cdk8s-plus-28': { optional: true },
  'cdktf': { optional: true },
  '@cdktf/provider-cloudflare': { optional: true },
});
project.package.addField('exports', {
  '.': { types: './lib/src/index.d.ts', default: './lib/src/index.js' },
  ...Object.fromEntries(DOORS.map((door) => [`./${door}`, { types: `./lib/src/${door}/index.d.ts`, default: `./lib/src/${door}/index.js` }])),
  './imports/*': { types: './lib/imports/*/index.d.ts', default: './lib/imports/*/index.js' },
  // What `netstack validate --format json` prints.
  './report-v1.schema.json': './lib/src/analysis/report/report-v1.schema.json',
  // What `netstack connlist --format json` prints.
  './connlist-v1.schema.json': './lib/src/analysis/reach/print/connlist-v1.schema.json',
  // One line in cdk8s.yaml: `validations: node_modules/cdk8s-netstack/validations.yaml`.
  './validations.yaml': './validations.yaml',
  './package.json': './package.json',
});
// `node10` module resolution knows neither `exports` nor patterns.
project.package.addField('typesVersions', {
  '*': {
    ...Object.fromEntries(DOORS.map((door) => [door, [`lib/src/${door}/index.d.ts`]])),
    'imports/*': ['lib/imports/*/index.d.ts'],
  },
});
project.package.addField('files', ['lib', ...DOORS, 'validations.yaml', 'docs/*.md', 'docs/constructs', 'docs/rules', '!**/*.tsbuildinfo', '!lib/**/*.map']);

// --- tests: swc transpiles, tsc checks types apart ---
new JsonFile(project, 'jest.config.json', {
  marker: false,
  obj: {
    testEnvironment: 'node',
    roots: ['<rootDir>/test', '<rootDir>/examples'],
    testMatch: ['**/*.test.ts'],
    testPathIgnorePatterns: ['/node_modules/', '/test/conformance/', '/test/package/', '/dist/'],
    modulePathIgnorePatterns: ['<rootDir>/lib/', '<rootDir>/.cache/', '/dist/'],
    transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }] },
    moduleNameMapper: {
      '^cdk8s-netstack$': '<rootDir>/src/index.ts',
      '^cdk8s-netstack/testing$': '<rootDir>/src/testing/index.ts',
      '^cdk8s-netstack/analysis$': '<rootDir>/src/analysis/index.ts',
      '^cdk8s-netstack/imports/(.*)$': '<rootDir>/imports/$1/index.ts',
    },
    cacheDirectory: '<rootDir>/.cache/jest',
  },
});

// --- tasks, named as the CDK family names them ---
// tsx, not ts-node: the project's own definition is ESM-safe TypeScript.
project.tryRemoveFile('projenrc/tsconfig.json');
project.deps.removeDependency('ts-node');
project.defaultTask?.reset('tsx .projenrc.ts');
project.compileTask.reset('tsc --build', {});
project.compileTask.exec('node tools/finish-build.mjs');
const typecheck = project.addTask('typecheck', { description: 'Check the types of everything: sources, tests, examples, tools' });
// A first check that emits nothing knows no declarations to compare with: the first edit of each file would check all of its users again (8 s in place of 2.5).
// This one fills them in, once per checkout; a machine that checks only once does without.
typecheck.exec('tsc -p tsconfig.dev.json --noEmit false --emitDeclarationOnly --outDir .tsbuild/types', { condition: '[ -z "$CI" ] && [ ! -f .tsbuild/dev.tsbuildinfo ]' });
typecheck.exec('tsc -p tsconfig.dev.json');
project.testTask.reset('jest', { receiveArgs: true });
project.addTask('test:watch', { description: 'Run the tests of what changes', exec: 'jest --watch', receiveArgs: true });
project.addTask('eslint', { description: 'Lint sources, tests, examples and tools', exec: 'eslint .', receiveArgs: true });
project.addTask('rooms', { description: 'Hold who may import whom, and refuse import cycles', exec: 'depcruise --config .dependency-cruiser.cjs src imports' });
project.addTask('bench', { description: 'Print cost ratios against stock cdk8s and JSON.stringify', exec: 'tsx bench/main.ts', receiveArgs: true });
project.addTask('imports', { description: 'Regenerate imports/ (from committed schemas; with --from DIR also the schemas from CRDs)', exec: 'tsx tools/imports/main.ts', receiveArgs: true });
project.addTask('rules', { description: 'Write the list of rules and their pages from the rule files', exec: 'tsx tools/rules.ts', receiveArgs: true });
project.addTask('conformance', { description: 'Let the real engines read every output', exec: 'tsx test/conformance/main.ts', receiveArgs: true });
project.addTask('docgen', { description: 'Write the API reference to docs/api', exec: 'typedoc' });
project.addTask('test:package', { description: 'Pack the package and use it in projects of its users', exec: 'node test/package/run.mjs', receiveArgs: true });
const orderPlatform = project.addTask('order-platform', { description: 'Build, synthesize examples/order-platform with `cdk8s synth`, validate it, and say what was written' });
orderPlatform.spawn(project.compileTask);
orderPlatform.exec('node tools/order-platform.mjs');
project.packageTask.reset('mkdir -p dist/js && npm pack --pack-destination dist/js');

project.synth();
