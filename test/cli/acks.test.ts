import { inFolder, netstack } from './netstack';

const { put } = inFolder();
const BAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: bad, namespace: shop }\ndta: {}\n';
const model = (acknowledgements: readonly object[]): string => JSON.stringify({
  format: 'netstack/model/v1', toolVersion: '0.0.0', clusters: [{ name: 'default', targets: {} }], outputs: [{ path: 'a.yaml', kind: 'kubernetes' }, { path: 'b.yaml', kind: 'kubernetes' }],
  objects: ['bad', 'worse'].map((name, i) => ({ cluster: 'default', group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name, file: `${'ab'[i]}.yaml`, constructPath: `app/${name}`, source: `main.ts:${i + 3}` })),
  workloads: [], connections: [], external: [], acknowledgements,
});
const USED = { id: 'NS0011', reason: 'comes with the next version', constructPath: 'app/bad', source: 'main.ts:7', expires: '2027-01-31' };
const UNUSED = { id: 'NS0033', reason: 'the pods come with Helm', constructPath: 'app', source: 'main.ts:8', where: { kind: 'Service', namespace: 'shop' } };

beforeEach(() => {
  put('dist/netstack.model.json', model([USED, UNUSED]));
  put('dist/a.yaml', BAD);
  put('dist/b.yaml', BAD.replace('dta', 'data').replace('bad', 'worse'));
});

test('used, unused and expired ones', async () => {
  expect((await netstack(['acks', '--now', '2027-01-31'])).out).toMatchSnapshot();
  expect((await netstack(['acks', '--now', '2027-02-01'])).out).toMatchSnapshot();
  put('dist/netstack.model.json', model([]));
  expect(await netstack(['acks'])).toEqual({ code: 0, out: 'Nothing is acknowledged\n', err: '' });
  put('empty/notes.txt', '');
  expect(await netstack(['acks', '-f', 'empty'])).toEqual({ code: 1, out: '', err: 'No readable Kubernetes document in empty: give files or folders of manifests with -f.\n' });
});

test('as data', async () => {
  expect(JSON.parse((await netstack(['acks', '--json', '--now', '2027-01-31'])).out)).toEqual({
    schema: 'netstack/acknowledgements/v1', acknowledgements: [
      { id: 'NS0011', state: 'used', findings: 1, construct: 'app/bad', reason: USED.reason, expires: '2027-01-31', source: 'main.ts:7' },
      { id: 'NS0033', state: 'unused', findings: 0, construct: 'app', reason: UNUSED.reason, where: UNUSED.where, source: 'main.ts:8' },
    ],
  });
});

test('on its last day it holds; afterwards the finding counts again, and both are told', async () => {
  const last = await netstack(['validate', '--now', '2027-01-31']);
  expect(last.code).toBe(0);
  expect(last.out).toContain('acknowledged at app/bad until 2027-01-31: comes with the next version');
  const { code, out } = await netstack(['validate', '--now', '2027-02-01']);
  expect(code).toBe(2);
  expect(out).toMatchSnapshot();
});

test('an id that no rule has is told, whatever was asked', async () => {
  const wrong = (id: string): object => ({ id, reason: 'comes with the next version', constructPath: 'app', source: 'main.ts:9' });
  put('dist/netstack.model.json', model([USED, wrong('NS9876')]));
  const { out } = await netstack(['validate', '--open', '--now', '2027-01-31', '--json']);
  expect((JSON.parse(out) as { findings: { id: string; message: string; fix: string }[] }).findings.slice(1).map(({ id, message, fix }) => `${id} ${message}: ${fix}`)).toEqual([
    'NS0002 NS9876 is accepted at or below app, and there is no such rule: remove the acknowledgement; netstack rules lists the ids',
  ]);
});

test('what nobody asked is not stale: a part of the files, an open system, other targets, a rule that is off', async () => {
  for (const args of [['-f', 'dist/a.yaml'], ['--open'], ['--target', 'kubernetes=1.32']]) {
    const { out } = await netstack(['validate', '--now', '2027-01-31', '--json', ...args]);
    expect((JSON.parse(out) as { findings: { id: string }[] }).findings.map(({ id }) => id)).toEqual(['NS0011']);
  }
  expect((await netstack(['acks', '--open', '--now', '2027-01-31'])).out).toContain('2 acknowledgements: 1 used, 1 unknown\n');
});
