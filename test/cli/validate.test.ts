import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { inFolder, netstack } from './netstack';

const GOOD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: good }\n';
const BAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: bad }\ndta: {}\n';
const UNKNOWN = 'apiVersion: example.com/v1\nkind: Foo\nmetadata: { name: foo }\n';

const home = process.cwd();
const { put, path } = inFolder();

describe('exit codes', () => {
  test('0: nothing wrong', async () => {
    put('a.yaml', GOOD);
    expect(await netstack(['validate', '-f', 'a.yaml'])).toEqual({ code: 0, out: '1 document, no findings\n', err: '' });
  });

  test('2: findings', async () => {
    put('a.yaml', BAD);
    const { code, out, err } = await netstack(['validate', '-f', 'a.yaml']);
    expect({ code, err }).toEqual({ code: 2, err: '' });
    expect(out).toBe('error NS0011  ConfigMap bad: There is no field dta here\n  ┌ a.yaml:4:1   dta\n  ├ fix   did you mean data?\n  └ docs  docs/rules.md   (netstack rules NS0011)\n\n1 document, 1 finding: 1 error\n');
  });

  test('3: undetermined, only with --strict', async () => {
    put('a.yaml', UNKNOWN);
    expect((await netstack(['validate', '-f', 'a.yaml'])).code).toBe(0);
    expect((await netstack(['validate', '-f', 'a.yaml', '--strict'])).code).toBe(3);
    put('b.yaml', BAD);
    expect((await netstack(['validate', '-f', '.', '--strict'])).code).toBe(2);
  });

  test('0: with --strict, a kind without schema that the program accepted', async () => {
    put('dist/a.k8s.yaml', UNKNOWN);
    put('dist/netstack.model.json', JSON.stringify({
      format: 'netstack/model/v1', toolVersion: '0.0.0', clusters: [{ name: 'beijing', targets: {} }], outputs: [{ path: 'a.k8s.yaml', kind: 'kubernetes' }],
      objects: [{ cluster: 'beijing', group: 'example.com', version: 'v1', kind: 'Foo', name: 'foo', file: 'a.k8s.yaml', constructPath: 'app/beijing/foo' }],
      acknowledgements: [{ id: 'NS0023', reason: 'the vendor publishes no schema', constructPath: 'app/beijing' }],
    }));
    const { code, out } = await netstack(['validate', '--strict']);
    expect(out).toContain('1 acknowledged');
    expect(code).toBe(0);
  });

  test.each<[string, string[], string]>([
    ['a path that does not exist', ['-f', 'nope'], '"nope" cannot be read: it does not exist: give a file or folder of manifests that exists.\n'],
    ['no output folder', [], 'The folder "dist" does not exist: run cdk8s synth first, or name the manifests with -f.\n'],
    ['an empty folder', ['-f', 'empty'], 'No readable Kubernetes document in empty: give files or folders of manifests with -f.\n'],
    ['a report that cannot be written', ['-f', 'good.yaml', '-o', 'no/such/folder/x'], '"no/such/folder/x" cannot be written: ENOENT: give a path that can be written.\n'],
  ])('1: %s', async (_, args, sentence) => {
    mkdirSync(path('empty'));
    put('good.yaml', GOOD);
    const { code, err } = await netstack(['validate', ...args]);
    expect({ code, err }).toEqual({ code: 1, err: sentence });
  });

  test('1: only unreadable documents', async () => {
    put('a.yaml', 'a: [');
    const { code, out, err } = await netstack(['validate', '-f', 'a.yaml']);
    expect({ code, err }).toEqual({ code: 1, err: 'No readable Kubernetes document in a.yaml: give files or folders of manifests with -f.\n' });
    expect(out).toContain('error NS0010  This document is not valid YAML: unexpected end of the stream\n  within a flow collection\n  ┌ a.yaml:1:1\n  ├ fix   mend the syntax at this line\n');
  });

  test.each([[[]], [['validate', '--formt', 'json']], [['validate', '--format', 'xml']], [['valdate']], [['validate', 'file.yaml']], [['validate', '-f']]])('64: %j', async (args) => {
    const { code, out, err } = await netstack(args);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toContain('netstack');
  });

  test('help and version are results', async () => {
    expect(await netstack(['--version'])).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string, err: '' });
    const { code, out, err } = await netstack(['validate', '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('--strict');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('input', () => {
  test('standard input', async () => {
    const { code, out } = await netstack(['validate', '-f', '-'], { stdin: `${GOOD}---\n${BAD}` });
    expect(code).toBe(2);
    expect(out).toContain('<stdin>:8:1');
  });

  test('the output folder of cdk8s.yaml', async () => {
    put('cdk8s.yaml', 'language: typescript\noutput: build\n');
    put('build/a.k8s.yaml', BAD);
    expect((await netstack(['validate'])).out).toContain('build/a.k8s.yaml:4:1');
    put('cdk8s.yaml', 'output: [');
    expect(await netstack(['validate'])).toEqual({ code: 1, out: '', err: expect.stringMatching(/^cdk8s.yaml cannot be read: .*: mend it, or name the manifests with -f\.\n$/) as string });
    put('cdk8s.yaml', 'output: 3');
    expect((await netstack(['validate'])).err).toBe('The output of cdk8s.yaml is 3, no folder: give the name of a folder.\n');
  });

  test('folders: everything below, in order, without hidden ones, node_modules and foreign JSON', async () => {
    put('m/b/2.yml', GOOD.replace('good', 'b2'));
    put('m/a/1.json', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a1"},"x":1}');
    put('m/c.YAML', BAD);
    for (const path of ['m/.git/x.yaml', 'm/node_modules/x/x.yaml', 'm/notes.md', 'm/a.tf']) put(path, 'a: [');
    for (const path of ['m/package.json', 'm/cdk.tf.json', 'm/construct-metadata.json']) put(path, '{"version":"1"}');
    const { code, out } = await netstack(['validate', '-f', 'm']);
    expect(code).toBe(2);
    expect(out.match(/\S+:\d+:\d+/g)).toEqual(['m/a/1.json:1:64', 'm/c.YAML:4:1']);
    expect(out).toContain('3 documents');
  });

  test('a file that is named twice is read once', async () => {
    put('a.yaml', GOOD);
    expect((await netstack(['validate', '-f', 'a.yaml', '-f', '.', '-f', './a.yaml'])).out).toBe('1 document, no findings\n');
  });

  test('links: to files followed, broken ones told, loops harmless', async () => {
    put('m/a.yaml', GOOD);
    symlinkSync(path('m/a.yaml'), path('m/b.yaml'));
    symlinkSync(path('m'), path('m/loop'));
    symlinkSync('/nowhere', path('m/c.yaml'));
    const { out } = await netstack(['validate', '-f', 'm']);
    expect(out).toContain('This file cannot be read: it does not exist\n  ┌ m/c.yaml');
    expect(out).toContain('This object stands twice: first in m/a.yaml:3');
    expect(out).toContain('2 documents, 2 findings: 2 errors');
  });

  test('hostile file names', async () => {
    put('m/a\nerror NS0000\u001b[31m.yaml', BAD);
    put("m/'; rm -rf $HOME #.yaml", BAD.replace('bad', 'bad2'));
    const { code, out } = await netstack(['validate', '-f', 'm']);
    expect(code).toBe(2);
    expect(out).toContain('m/a\\nerror NS0000\\u001b[31m.yaml:4:1');
    expect(out).not.toContain('\u001b');
  });

  test('a file that may not be read', async () => {
    put('m/a.yaml', GOOD);
    put('m/b.yaml', GOOD);
    chmodSync(path('m/b.yaml'), 0);
    const { out } = await netstack(['validate', '-f', 'm']);
    // The super-user reads everything.
    expect(out).toContain(process.getuid?.() === 0 ? '2 documents' : 'This file cannot be read: permission denied');
  });

  test('a huge file', async () => {
    put('a.yaml', Array.from({ length: 20_000 }, (_, i) => GOOD.replace('good', `good-${i}`)).join('---\n') + `---\n${BAD}`);
    const { code, out } = await netstack(['validate', '-f', 'a.yaml']);
    expect(code).toBe(2);
    expect(out).toContain('a.yaml:80004:1');
    expect(out).toContain('20001 documents, 1 finding: 1 error');
  });
});

describe('output', () => {
  test('JSON, into a file', async () => {
    put('a.yaml', BAD);
    const { code, out, err } = await netstack(['validate', '-f', 'a.yaml', '--format', 'json', '-o', 'report.json']);
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: '' });
    expect(JSON.parse(readFileSync(path('report.json'), 'utf8'))).toMatchObject({ schema: 'netstack/report/v1', documents: 1, findings: [{ id: 'NS0011', file: 'a.yaml', line: 4, field: 'dta' }] });
  });

  test.each<[string, boolean, Record<string, string>, string[], boolean]>([
    ['a terminal', true, {}, [], true], ['no terminal', false, {}, [], false], ['NO_COLOR', true, { NO_COLOR: '1' }, [], false], ['an empty NO_COLOR', true, { NO_COLOR: '' }, [], true],
    ['FORCE_COLOR', false, { FORCE_COLOR: '1' }, [], true], ['FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, [], false], ['--no-color', true, { FORCE_COLOR: '1' }, ['--no-color'], false], ['a dumb terminal', true, { TERM: 'dumb' }, [], false],
    ['a file', true, {}, ['-o', 'x.txt'], false],
  ])('colours: %s', async (_, isTTY, env, args, colored) => {
    put('a.yaml', BAD);
    const { out } = await netstack(['validate', '-f', 'a.yaml', ...args], { isTTY, env });
    expect((out || readFileSync(path('x.txt'), 'utf8')).includes('\u001b[')).toBe(colored);
  });
});

describe('in GitHub Actions files are named as the repository names them', () => {
  /** The files that annotations and results are shown at. */
  const files = async (workspace: string): Promise<(string | undefined)[]> => {
    put('a.yaml', BAD);
    const answers = await Promise.all(['github', 'sarif'].map((format) => netstack(['validate', '-f', 'a.yaml', '--format', format], { env: { GITHUB_WORKSPACE: workspace } })));
    return [/file=([^,]+),/.exec(answers[0]!.out)?.[1], /"uri": "([^"]+)"/.exec(answers[1]!.out)?.[1]];
  };

  test('a project in a folder of it', async () => {
    const name = `${basename(process.cwd())}/a.yaml`;
    expect(await files(dirname(process.cwd()))).toEqual([name, name]);
  });

  test('a project that is all of it, and one that lies elsewhere', async () => {
    expect(await files(process.cwd())).toEqual(['a.yaml', 'a.yaml']);
    expect(await files(resolve('checkout'))).toEqual(['a.yaml', 'a.yaml']);
  });
});

describe('the model file', () => {
  const model = {
    format: 'netstack/model/v1', toolVersion: '0.0.0',
    clusters: [{ name: 'beijing', targets: { gatewayApi: { version: '1.2', channel: 'experimental' } } }, { name: 'shanghai', targets: {} }],
    outputs: [{ path: 'beijing.k8s.yaml', kind: 'kubernetes' }, { path: 'files/edge/traefik.yml', kind: 'file' }],
    objects: [
      { cluster: 'beijing', group: 'gateway.networking.k8s.io', version: 'v1', kind: 'HTTPRoute', namespace: 'x', name: 'orders', file: 'beijing.k8s.yaml', constructPath: 'app/beijing/orders', source: 'main.ts:7' },
      { cluster: 'shanghai', group: 'gateway.networking.k8s.io', version: 'v1', kind: 'HTTPRoute', namespace: 'x', name: 'orders', file: 'shanghai.k8s.yaml', constructPath: 'app/shanghai/orders', source: 'main.ts:9' },
    ],
    acknowledgements: [{ id: 'NS0011', reason: 'the standard channel comes later', constructPath: 'app/shanghai' }],
  };
  const route = 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: orders, namespace: x }\nspec:\n  rules:\n    - retry: { attempts: 3 }\n      nam: a\n';
  beforeEach(() => {
    put('dist/netstack.model.json', JSON.stringify(model));
    put('dist/beijing.k8s.yaml', route);
    put('dist/shanghai.k8s.yaml', route);
    put('dist/files/edge/traefik.yml', 'entryPoints: {}');
  });

  test('gives cluster, targets, construct and source; skips other files; keeps what is acknowledged', async () => {
    const { code, out } = await netstack(['validate', '-f', 'dist']);
    expect(code).toBe(2);
    expect(out).toMatchSnapshot();
  });

  test('is found above a single file as well', async () => {
    const { out } = await netstack(['validate', '-f', 'dist/beijing.k8s.yaml']);
    expect(out).toContain('main.ts:7   app/beijing/orders');
  });

  test('a broken one takes nothing but precision', async () => {
    for (const text of ['{', '[]', JSON.stringify({ ...model, format: 'netstack/model/v9' })]) {
      put('dist/netstack.model.json', text);
      const { code, out } = await netstack(['validate', '-f', 'dist/beijing.k8s.yaml']);
      expect(code).toBe(2);
      expect(out).toContain('spec.rules[0].retry');
      expect(out.replace(/\n {2}/g, ' ')).toContain('warning NS0004  dist/netstack.model.json is no netstack/model/v1, so what the program says of its documents is not known');
    }
  });

  test('targets that are not known are one sentence', async () => {
    put('dist/netstack.model.json', JSON.stringify({ ...model, clusters: [{ name: 'beijing', targets: { istio: '1.1' } }] }));
    const { code, err } = await netstack(['validate', '-f', 'dist']);
    expect({ code, err }).toEqual({ code: 1, err: 'istio 1.1 is older than 1.24.6, the oldest line that is known (cluster beijing): target 1.24.6 or newer.\n' });
  });
});

test('the bin, as a process: standard input, a reader that stops early, no stack', async () => {
  const bin = resolve(home, 'src/cli/main.ts');
  const text = Array.from({ length: 3000 }, (_, i) => BAD.replace('bad', `bad-${i}`)).join('---\n');
  const start = (command: string): Promise<{ code: number; stdout: string; stderr: string }> => new Promise((done) => {
    const child = execFile('sh', ['-c', command, 'sh', process.execPath, bin], { cwd: home, maxBuffer: 1e8 }, (error, stdout, stderr) => done({ code: (error?.code as unknown as number) ?? 0, stdout, stderr }));
    child.stdin!.on('error', () => undefined);
    child.stdin!.end(text);
  });
  const all = await start('"$1" --import tsx "$2" validate -f -');
  expect(all.code).toBe(2);
  expect(all.stdout.trimEnd().split('\n').pop()).toBe('3000 documents, 3000 findings: 3000 errors');
  expect(all.stderr).toBe('');
  const head = await start('"$1" --import tsx "$2" validate -f - | head -n 1');
  expect(head).toEqual({ code: 0, stdout: 'error NS0011  ConfigMap bad-0: There is no field dta here\n', stderr: '' });
}, 120_000);
