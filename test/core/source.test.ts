import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { callerLine, trimStack } from '../../src/core/source';
import { Duration } from '../../src/core/duration';
import { NetstackError } from '../../src/core/errors';

function here(offset: number): string {
  const line = /source\.test\.ts:(\d+)/.exec(String(new Error('here').stack).split('\n')[2] ?? '')?.[1];
  return `test/core/source.test.ts:${Number(line) + offset}`;
}

test('is the line that called, relative to the working directory', () => {
  const expected = here(1);
  expect(callerLine()).toBe(expected);
});

test('skips the frames of the package', () => {
  const expected = here(2);
  try {
    Duration.millis(-1);
    throw new Error('nothing was thrown');
  } catch (error) {
    expect(NetstackError.is(error) && error.source).toBe(expected);
  }
});

test('finds the line under more frames of others than the first capture holds', () => {
  // Frames of evaluated code have no file, so they are nobody's.
  const hop = new Function('action', 'times', 'self', 'return times === 0 ? action() : self(action, times - 1, self)') as (action: () => unknown, times: number, self: unknown) => unknown;
  const expected = here(1);
  expect([hop(callerLine, 0, hop), hop(callerLine, 9, hop), hop(callerLine, 40, hop)]).toEqual([expected, expected, expected]);
  expect(hop(callerLine, 400, hop)).toBeUndefined();
});

test('leaves limit and handler of the program as they were', () => {
  const { stackTraceLimit, prepareStackTrace } = Error;
  try {
    Error.stackTraceLimit = 7;
    Error.prepareStackTrace = (error): string => String(error);
    const handler = Error.prepareStackTrace;
    callerLine();
    expect([Error.stackTraceLimit, Error.prepareStackTrace]).toEqual([7, handler]);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
});

test('works while the program asks for no stacks at all, and under a handler that throws', () => {
  const { stackTraceLimit, prepareStackTrace } = Error;
  try {
    Error.stackTraceLimit = 0;
    Error.prepareStackTrace = (): never => { throw new Error('broken handler'); };
    expect(callerLine()).toMatch(/^test\/core\/source\.test\.ts:\d+$/);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
});

test('asks the handler that the loader installed', () => {
  const { prepareStackTrace } = Error;
  try {
    Error.prepareStackTrace = (error, sites): string => `${String(error)}\n${sites.map(() => '    at f (/mapped (1)/main.ts:7:1)').join('\n')}`;
    expect(callerLine()).toMatch(/\/mapped \(1\)\/main\.ts:7$/);
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
});

test('trims a stack to the user\'s frames, of paths and of URLs', () => {
  const stack = [
    'Error: two', 'lines at (x)',
    '    at Object.<anonymous> (/home/me/app (copy)/main.ts:3:5)',
    '    at file:///home/me/app/gateway.mjs:7:1',
    '    at async run (file:///home/me/app/gateway.mjs:9:1)',
    '    at new Workload (/home/me/app/node_modules/cdk8s-netstack/lib/src/workload/workload.js:1:1)',
    '    at Module._compile (node:internal/modules/cjs/loader:1:1)',
    '    at Array.map (<anonymous>)',
    '    at C:\\app\\main.ts:3:5',
  ].join('\n');
  expect(trimStack('Error: one', stack)).toBe([
    'Error: one',
    '    at Object.<anonymous> (/home/me/app (copy)/main.ts:3:5)',
    '    at file:///home/me/app/gateway.mjs:7:1',
    '    at async run (file:///home/me/app/gateway.mjs:9:1)',
  ].join('\n'));
});

// The program stands outside the package, as a user's does.
describe('gives the line of the TypeScript file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netstack-source-'));
  const root = join(__dirname, '../..');
  const program = [
    '// comments and types, which the compiler takes away',
    'interface Unused { readonly a: string }',
    `import { callerLine } from ${JSON.stringify(join(root, 'src/core/source'))};`,
    '',
    'type AlsoUnused = Unused;',
    'const value: AlsoUnused = { a: String(callerLine()) };',
    'console.log(value.a);',
  ].join('\n');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('under tsx, as CommonJS and as a module', () => {
    for (const name of ['main.ts', 'main.mts']) {
      writeFileSync(join(folder, name), program);
      const printed = execFileSync(process.execPath, [require.resolve('tsx/cli'), name], { cwd: folder, encoding: 'utf8' });
      expect(printed.trim()).toBe(`${name}:6`);
    }
  });

  test('and of compiled JavaScript, as node has it, with and without source maps', () => {
    const map = { version: 3, sources: ['app.ts'], names: [], mappings: ';AAIA' };
    const inline = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
    writeFileSync(join(folder, 'app.cjs'), `const { callerLine } = require(${JSON.stringify(join(root, 'src/core/source'))});\nconsole.log(callerLine());\n${inline}\n`);
    const run = (...args: string[]): string => execFileSync(process.execPath, ['--require', require.resolve('tsx/cjs'), ...args, 'app.cjs'], { cwd: folder, encoding: 'utf8' });
    expect(run('--enable-source-maps').trim()).toBe('app.ts:5');
  });
});
