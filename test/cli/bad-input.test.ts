// What people give by mistake or by malice: one clear sentence, the right exit code, nothing half written.
import { execFile, execFileSync } from 'node:child_process';
import type * as Fs from 'node:fs';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadDocuments } from '../../src/analysis';
import { inFolder, netstack } from './netstack';

const project = process.cwd();
const { put, path } = inFolder();
const GOOD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: good }\n';

interface Told { readonly code: number; readonly findings: string[] }

/** The exit code, and each finding as one line. */
async function told(args: readonly string[] = ['-f', 'm'], stdin?: string): Promise<Told> {
  const { code, out, err } = await netstack(['validate', '--json', ...args], stdin === undefined ? {} : { stdin });
  expect(err).toBe('');
  const { findings } = JSON.parse(out) as { findings: { id: string; file?: string; line?: number; column?: number; message: string }[] };
  return { code, findings: findings.map(({ id, file, line, column, message }) => `${id} ${[file, line, column].filter((part) => part !== undefined).join(':')} ${message}`) };
}

beforeEach(() => put('m/good.yaml', GOOD));

test.each<[string, string | Buffer, string]>([
  ['a truncated file', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "cut', 'NS0010 m/x.yaml:3:1 This document is not valid YAML: unexpected end of the stream within a double quoted scalar'],
  ['a binary', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]), 'NS0010 m/x.yaml:1:1 This is no text file: it holds NUL bytes'],
  ['bytes that are no UTF-8', Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe, 0x0a]), 'NS0010 m/x.yaml This file cannot be read: it is no text in UTF-8'],
  ['UTF-16', Buffer.from(`\ufeff${GOOD}`, 'utf16le'), 'NS0010 m/x.yaml This file cannot be read: it is no text in UTF-8'],
  ['control characters', 'apiVersion: v1\nkind: "a\u0007"\n', 'NS0010 m/x.yaml:2:10 This document is not valid YAML: it holds a character that no text may hold'],
  ['tabs for indentation', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: x\n', 'NS0010 m/x.yaml:4:1 This document is not valid YAML: tab characters must not be used in indentation'],
  ['a key twice', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\nkind: Secret\n', 'NS0010 m/x.yaml:4:1 The key kind stands twice in one mapping'],
  ['ten thousand levels of lists', `apiVersion: v1\nkind: ConfigMap\na: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'NS0010 m/x.yaml:1:1 This document is nested too deeply to be read'],
  ['ten thousand levels of blocks', `apiVersion: v1\nkind: ConfigMap\na:\n${Array.from({ length: 10_000 }, (_, i) => `${' '.repeat((i % 5000) + 1)}- a:`).join('\n')}`, 'NS0010 m/x.yaml:'],
  ['an anchor that contains itself', 'apiVersion: v1\nkind: ConfigMap\ndata: &a { b: *a }\n', 'NS0010 m/x.yaml:1:1 This document cannot be read: an anchor contains itself'],
  ['a mapping that is merged into itself', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata: &a { <<: *a }\n', 'NS0010 m/x.yaml:1:1 This document cannot be read: an anchor contains itself'],
  ['a list that is merged into a mapping around it', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata: &a\n  <<:\n  - *a\n', 'NS0010 m/x.yaml:1:1 This document cannot be read: an anchor contains itself'],
  ['a kind without a name', 'apiVersion: v1\nkind: ConfigMap\n', 'NS0021 m/x.yaml:1:1 '],
  ['no kind', 'apiVersion: v1\nmetadata: { name: x }\n', 'NS0010 m/x.yaml:1:1 This document is no Kubernetes object: it has no kind'],
])('%s', async (_, content, start) => {
  mkdirSync(path('m'), { recursive: true });
  writeFileSync(path('m/x.yaml'), content);
  const { code, findings } = await told();
  expect(code).toBe(2);
  expect(findings).toEqual([expect.stringContaining(start) as string]);
}, 30_000);

test('aliases that explode', async () => {
  const names = [...'abcdefghij'];
  const lines = [`a: &a [${Array(9).fill('"lol"').join(',')}]`, ...names.slice(1).map((name, i) => `${name}: &${name} [${Array(9).fill(`*${names[i]}`).join(',')}]`)];
  put('m/x.yaml', `apiVersion: v1\nkind: ConfigMap\n${lines.join('\n')}\n`);
  expect(await told()).toEqual({ code: 2, findings: ['NS0010 m/x.yaml:1:1 This document cannot be read: its aliases stand for more than 2000000 nodes'] });
});

test.each([['10,000', 10_000], ['100,000', 100_000]])('JSON of %s levels', async (_, levels) => {
  put('m/x.json', `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`);
  const { code, findings } = await told();
  expect(code).toBe(2);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatch(/^NS001[02] m\/x\.json/);
}, 30_000);

test('ten million open brackets', async () => {
  put('m/x.json', `{"apiVersion":"v1","data":${'['.repeat(1e7)}`);
  expect(await told()).toEqual({ code: 2, findings: ['NS0010 m/x.json:1:1 This document is nested too deeply to be read'] });
}, 30_000);

test.each([['one text', (size: number): string => `"a":"${'x'.repeat(size)}"`], ['many keys', (size: number): string => Array.from({ length: size / 20 }, (_, i) => `"k${i}":"v${i}"`).join(',')]])('100 MB of JSON in one document: %s', async (_, data) => {
  put('m/x.json', `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{${data(100e6)}}}`);
  const { code, findings } = await told();
  expect(code).toBe(2);
  expect(findings).toEqual([expect.stringMatching(/^NS0010 m\/x\.json:1:1 This document has \d+ MB, and the API server takes at most 3 MB$/) as string]);
}, 30_000);

test('a list of 30 MB is read: it is applied item by item', async () => {
  const items = Array.from({ length: 300 }, (_, i) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c${i}` }, data: { a: 'x'.repeat(1e5) } }));
  put('m/x.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...items, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'last' }, dta: {} }] }));
  expect((await told()).findings).toEqual([expect.stringMatching(/^NS0011 m\/x\.json:1:\d+ There is no field dta here$/) as string]);
}, 30_000);

test('a name of a million characters buries nothing', async () => {
  put('m/x.yaml', `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "${'n'.repeat(1e6)}" }\n`);
  const { code, out } = await netstack(['validate', '-f', 'm']);
  expect(code).toBe(2);
  expect(out.length).toBeLessThan(1000);
});

test('100 MB in one document', async () => {
  const file = openSync(path('m/x.yaml'), 'w');
  writeSync(file, 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata:\n  a: |\n');
  const block = `    ${'x'.repeat(100)}\n`.repeat(10_000);
  for (let size = 0; size < 100e6; size += block.length) writeSync(file, block);
  closeSync(file);
  expect(await told()).toEqual({ code: 2, findings: ['NS0010 m/x.yaml:1:1 This document has 101 MB, and the API server takes at most 3 MB'] });
}, 30_000);

test('100,000 documents, of which the last is wrong', async () => {
  put('m/x.yaml', `${Array.from({ length: 100_000 }, (_, i) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c${i}\n`).join('---\n')}---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: last\ndta: {}\n`);
  expect(await told()).toEqual({ code: 2, findings: ['NS0011 m/x.yaml:500005:1 There is no field dta here'] });
}, 120_000);

test('a byte order mark, carriage returns, and both', async () => {
  for (const text of [`\ufeff${GOOD}`, GOOD.replaceAll('\n', '\r\n'), `\ufeff${GOOD.replaceAll('\n', '\r\n')}`, `\ufeff${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'good' } })}`]) {
    put('m/good.yaml', text);
    expect(await told()).toEqual({ code: 0, findings: [] });
  }
  // Two files, one behind the other.
  put('m/good.yaml', `\ufeff${GOOD}---\n\ufeff${GOOD.replace('good', 'two')}`);
  expect(await told()).toEqual({ code: 0, findings: [] });
  put('m/good.yaml', `\ufeff${GOOD}dta: {}\n`.replaceAll('\n', '\r\n'));
  expect((await told()).findings).toEqual(['NS0011 m/good.yaml:4:1 There is no field dta here']);
});

test('several JSON values in one text: on lines, one after the other, and one of them broken', async () => {
  const one = (name: string, more: string = ''): string => `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}"}${more}}`;
  put('m/x.json', `${one('a')}\n${one('b')}${one('c', ',\n"dta":{}')}\n`);
  expect((await told()).findings).toEqual(['NS0011 m/x.json:3:1 There is no field dta here']);
  put('m/x.json', '');
  expect(await told(['-f', '-'], `${one('a')}\n${one('b', ',"x":{"a":1,"a":2}')}\n`)).toEqual({ code: 2, findings: ['NS0010 <stdin>:2:74 The key "a" stands twice in one object'] });
  put('m/x.json', `${one('a')}\n{"apiVersion": v1, "kind"\n`);
  expect((await told()).findings).toEqual([expect.stringMatching(/^NS0010 m\/x\.json:\d+:\d+ This document is not valid YAML/) as string]);
});

test('an unknown apiVersion is told once, and is no error', async () => {
  put('m/x.yaml', Array.from({ length: 5 }, (_, i) => `apiVersion: example.com/v1\nkind: Foo\nmetadata: { name: x${i} }\n`).join('---\n'));
  expect(await told()).toEqual({ code: 0, findings: ['NS0023 m/x.yaml:2:1 No schema is known for Foo of example.com/v1, so 5 objects were not checked'] });
});

test('the same object twice: both places', async () => {
  put('m/x.yaml', `# here\n${GOOD}`);
  expect(await told()).toEqual({ code: 2, findings: ['NS0019 m/x.yaml:4:13 This object stands twice: first in m/good.yaml:3, and the later one overwrites it'] });
});

test('one broken document does not spoil the others', async () => {
  put('m/x.yaml', `${GOOD.replace('good', 'a')}---\na: [\n---\n${GOOD.replace('good', 'b')}dta: {}\n`);
  expect(await told()).toEqual({ code: 2, findings: ['NS0010 m/x.yaml:5:1 This document is not valid YAML: unexpected end of the stream within a flow collection', 'NS0011 m/x.yaml:10:1 There is no field dta here'] });
});

test('a folder below that cannot be read is told, and the others are read', () => {
  put('m/sub/a.yaml', GOOD);
  // The super-user reads everything: the folder goes away between the listing and the reading instead.
  const fs = jest.requireActual<typeof Fs>('node:fs');
  const spy = jest.spyOn(fs, 'readdirSync').mockImplementationOnce(() => [{ name: 'gone', isDirectory: () => true }] as never);
  const { findings } = loadDocuments(['m']);
  spy.mockRestore();
  expect(findings.map(({ message, where }) => `${where.file} ${message}`)).toEqual(['m/gone This folder cannot be read: it does not exist']);
});

test('a folder that holds settings of other tools: JSON with comments, our own files; broken manifests are told', async () => {
  put('m/tsconfig.json', '{\n  // strict\n  "compilerOptions": { "strict": true, },\n}\n');
  put('m/cdk8s.yaml', 'language: typescript\napp: npx ts-node main.ts\n');
  put('m/netstack.yaml', 'failOn: warning\n');
  expect(await told()).toEqual({ code: 0, findings: [] });
  put('m/x.json', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{');
  expect((await told()).findings).toEqual([expect.stringMatching(/^NS0010 m\/x\.json/) as string]);
  // What is named is wanted.
  expect((await told(['-f', 'm/tsconfig.json', '-f', 'm/good.yaml'])).findings).toHaveLength(1);
});

test("files of Helm and Kustomize are nobody's manifests; what they hold of one is read", async () => {
  put('m/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n');
  put('m/values.yaml', 'replicas: 3\n');
  put('m/kustomization.yaml', 'resources: [a.yaml]\n');
  put('m/values-prod.yaml', 'replicas: 3\n');
  expect(await told()).toEqual({ code: 0, findings: [] });
  put('m/values.yaml', `${GOOD.replace('good', 'odd')}dta: {}\n`);
  expect((await told()).findings).toEqual(['NS0011 m/values.yaml:4:1 There is no field dta here']);
});

describe('as a process', () => {
  const bin = resolve(project, 'src/cli/main.ts');
  const start = (command: string, input: string | Buffer = ''): Promise<{ code: number; stdout: string; stderr: string }> => new Promise((done) => {
    const child = execFile('bash', ['-c', command, 'bash', process.execPath, bin], { cwd: process.cwd(), env: { ...process.env, TSX_TSCONFIG_PATH: resolve(project, 'tsconfig.dev.json') }, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      done({ code: (error?.code as unknown as number) ?? 0, stdout, stderr });
    });
    child.stdin!.on('error', () => undefined);
    child.stdin!.end(input);
  });
  const netstackProcess = (rest: string): string => `"$1" --import ${resolve(project, 'node_modules/tsx/dist/loader.mjs')} "$2" validate ${rest}`;

  test('a closed standard output and one that is full', async () => {
    put('m/x.yaml', `${GOOD.replace('good', 'x')}dta: {}\n`);
    expect(await start(netstackProcess('-f m >&-'))).toMatchObject({ code: 2, stderr: '' });
    if (!existsSync('/dev/full')) return;
    expect(await start(netstackProcess('-f m > /dev/full'))).toEqual({ code: 1, stdout: '', stderr: 'netstack failed: standard output cannot be written: ENOSPC\n' });
    const { code, stderr } = await start(netstackProcess('-f m -o /dev/full'));
    expect({ code, stderr }).toEqual({ code: 1, stderr: '"/dev/full" cannot be written: ENOSPC: give a path that can be written.\n' });
  }, 60_000);

  test('a reader that stops early takes nothing from the exit code', async () => {
    put('m/x.yaml', Array.from({ length: 3000 }, (_, i) => `${GOOD.replace('good', `x${i}`)}dta: {}\n`).join('---\n'));
    expect(await start(`set -o pipefail; ${netstackProcess('-f m')} | head -n 1`)).toEqual({ code: 2, stdout: expect.stringMatching(/^error NS0011/) as string, stderr: '' });
  }, 60_000);

  test('standard input that is no text', async () => {
    const { code, stdout, stderr } = await start(netstackProcess('-f -'), Buffer.from([0xff, 0xfe, 0xfd]));
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'No readable Kubernetes document in standard input: give files or folders of manifests with -f.\n' });
    expect(stdout).toContain('error NS0010  This file cannot be read: it is no text in UTF-8\n  ┌ <stdin>');
  }, 60_000);
});

test('nothing half written: no report, no part of one', async () => {
  put('m/x.yaml', 'a: [');
  mkdirSync(path('out'));
  const { code } = await netstack(['validate', '-f', 'nope', '-o', 'out/report.json', '--json']);
  expect(code).toBe(1);
  expect(readdirSync('out')).toEqual([]);
  expect(execFileSync('ls', ['-A', 'out'], { encoding: 'utf8' })).toBe('');
});
