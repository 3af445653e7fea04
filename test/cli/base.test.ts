import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { inFolder, netstack } from './netstack';

const { put, path } = inFolder();
const BAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: bad }\ndta: {}\n';
const WORSE = BAD.replace('bad', 'worse');
const GOOD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: bad }\ndata: {}\n';

function git(...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false', ...args], { cwd: path('.'), stdio: 'ignore', env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' } });
}
function commit(): void {
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'a');
}
const leftovers = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('netstack-base-'));

describe.each(['a folder', 'a commit'])('--base with %s', (what) => {
  let base: string;
  const start = (manifest: string): void => {
    put('dist/a.yaml', manifest);
    put('before/a.yaml', manifest);
    if (what === 'a commit') commit();
    base = what === 'a commit' ? 'main' : 'before';
  };

  test('introduced findings fail, unchanged ones do not', async () => {
    start(BAD);
    put('dist/a.yaml', `# moved\n${BAD}`);
    const same = await netstack(['validate', '-f', 'dist', '--base', base]);
    expect(same).toMatchObject({ code: 0, err: '' });
    expect(same.out).toMatch(/^── Unchanged: 1 ──\n\nerror NS0011 {2}ConfigMap bad: .*\n {2}┌ dist\/a\.yaml:5:1/);
    put('dist/b.yaml', WORSE);
    const { code, out } = await netstack(['validate', '-f', 'dist', '--base', base]);
    expect(code).toBe(2);
    expect(out).toContain('── Introduced: 1 ──\n\nerror NS0011  ConfigMap worse');
    expect(out).toMatch(/2 findings: 2 errors; 1 introduced, 0 fixed, 1\n?\s?unchanged\n$/);
  });

  test('fixed findings are told under the name of the file', async () => {
    start(BAD);
    put('dist/a.yaml', GOOD);
    const { code, out } = await netstack(['validate', '-f', 'dist', '--base', base, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ findings: [], fixed: [{ id: 'NS0011', file: what === 'a commit' ? 'dist/a.yaml' : 'before/a.yaml', line: 4 }], summary: { introduced: 0, unchanged: 0, fixed: 1 } });
  });

  test('the old object is there for rules about changes', async () => {
    put('crds/crd.yaml', `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Thing, plural: things, singular: thing, listKind: ThingList }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                size: { type: integer, x-kubernetes-validations: [{ rule: self >= oldSelf, message: size only grows }] }
`);
    const thing = (size: number): string => `apiVersion: example.com/v1\nkind: Thing\nmetadata: { name: a, namespace: b }\nspec: { size: ${size} }\n`;
    start(thing(3));
    put('dist/a.yaml', thing(2));
    expect(await netstack(['validate', '-f', 'dist', '--crds', 'crds'])).toEqual({ code: 0, out: '1 document, no findings\n', err: '' });
    const { code, out } = await netstack(['validate', '-f', 'dist', '--crds', 'crds', '--base', base]);
    expect(code).toBe(2);
    expect(out).toContain('NS0016');
    put('dist/a.yaml', thing(4));
    expect((await netstack(['validate', '-f', 'dist', '--crds', 'crds', '--base', base])).code).toBe(0);
  });
});

test('a commit: the model file above a single manifest is read, nothing stays behind, folders of the project may be linked', async () => {
  const before = leftovers();
  put('dist/netstack.model.json', JSON.stringify({
    format: 'netstack/model/v1', toolVersion: '0.0.0', clusters: [{ name: 'east', targets: {} }], outputs: [], workloads: [], connections: [], acknowledgements: [], external: [],
    objects: [{ cluster: 'east', group: '', version: 'v1', kind: 'ConfigMap', name: 'bad', file: 'a.yaml', constructPath: 'app/bad', source: 'main.ts:3' }],
  }));
  put('dist/a.yaml', BAD);
  commit();
  const { out, code } = await netstack(['validate', '-f', 'dist/a.yaml', '--base', 'HEAD', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ findings: [{ status: 'unchanged', cluster: 'east' }] });
  expect(leftovers()).toEqual(before);
});

describe('what cannot be compared is one sentence', () => {
  beforeEach(() => put('dist/a.yaml', BAD));

  test('no repository', async () => {
    expect(await netstack(['validate', '-f', 'dist', '--base', 'main'])).toEqual({ code: 1, out: '', err: '"main" is no folder, and this is no git repository: give a folder that exists with --base.\n' });
  });

  test('no such commit; an option in its place', async () => {
    put('readme', 'a');
    commit();
    for (const ref of ['nope', '--output=x']) {
      expect(await netstack(['validate', '-f', 'dist', `--base=${ref}`])).toEqual({
        code: 1, out: '', err: `"${ref}" is neither a folder nor a commit: give a folder, a branch, a tag or a commit with --base; a shallow clone may lack it.\n`,
      });
    }
    expect(existsSync('x')).toBe(false);
  });

  test('manifests that are not committed', async () => {
    put('.gitignore', 'dist\n');
    commit();
    expect(await netstack(['validate', '-f', 'dist', '--base', 'main'])).toEqual({
      code: 1, out: '', err: '"dist" is not committed at main: commit the manifests, or synthesize the earlier state into a folder and give that with --base.\n',
    });
  });

  test('nothing', async () => {
    expect(await netstack(['validate', '-f', 'dist', '--base', ''])).toEqual({ code: 64, out: '', err: '--base is empty: give a folder, a branch, a tag or a commit.\n' });
  });

  test('standard input', async () => {
    commit();
    expect(await netstack(['validate', '-f', '-', '--base', 'main'], { stdin: BAD })).toEqual({ code: 64, out: '', err: 'Standard input has no earlier commit: give a folder with --base, or name files with -f.\n' });
    rmSync('.git', { recursive: true });
  });
});
