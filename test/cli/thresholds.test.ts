import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { inFolder, netstack } from './netstack';

const { put, path } = inFolder();
/** A warning, NS0033. */
const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: { name: cart, namespace: shop }\nspec: { selector: { app: cart }, ports: [{ port: 80 }] }\n';
/** An error, NS0011. */
const BAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: bad }\ndta: {}\n';
/** An info, NS0023. */
const UNKNOWN = 'apiVersion: example.com/v1\nkind: Foo\nmetadata: { name: foo }\n';
const plainError = (text: string): string => text.replace(/\(netstack --help lists the commands\)\n?/, '').trim();

beforeEach(() => put('m/a.yaml', [SERVICE, BAD, UNKNOWN].join('---\n')));

describe('--fail-on', () => {
  test.each([['error', 2], ['warning', 2], ['info', 2], ['never', 0]])('%s', async (severity, code) => {
    expect((await netstack(['validate', '-f', 'm', '--fail-on', severity])).code).toBe(code);
  });

  test('a warning fails when it is asked to, and not before', async () => {
    put('m/a.yaml', SERVICE);
    expect((await netstack(['validate', '-f', 'm'])).code).toBe(0);
    expect((await netstack(['validate', '-f', 'm', '--fail-on', 'warning'])).code).toBe(2);
    put('netstack.yaml', 'failOn: warning\n');
    expect((await netstack(['validate', '-f', 'm'])).code).toBe(2);
    expect((await netstack(['validate', '-f', 'm', '--fail-on', 'error'])).code).toBe(0);
  });
});

test('--min-severity and --max-findings list less, and change neither the count nor the exit code', async () => {
  const { code, out } = await netstack(['validate', '-f', 'm', '--min-severity', 'error']);
  expect(code).toBe(2);
  expect(out.match(/NS\d{4} /g)).toEqual(['NS0011 ']);
  expect(out).toMatch(/3 documents, 3 findings: 1 error, 1 warning, 1 info \(2 not shown\)\n$/);
  const none = await netstack(['validate', '-f', 'm', '--max-findings', '0']);
  expect(none).toEqual({ code: 2, out: '3 documents, 3 findings: 1 error, 1 warning, 1 info (3 not shown)\n', err: '' });
});

describe('formats', () => {
  test.each([
    ['json', '"schema": "netstack/report/v1"'], ['sarif', '"version": "2.1.0"'], ['junit', '<testsuites'], ['github', '::error file=m/a.yaml,line=9'], ['markdown', '### netstack: ❌'], ['text', 'error NS0011'],
  ])('%s, on standard output and in a file', async (format, part) => {
    const { code, out, err } = await netstack(['validate', '-f', 'm', '--format', format]);
    expect({ code, err }).toEqual({ code: 2, err: '' });
    expect(out).toContain(part);
    expect(await netstack(['validate', '-f', 'm', '--format', format, '-o', 'report'])).toEqual({ code: 2, out: '', err: '' });
    expect(readFileSync('report', 'utf8')).toBe(out);
  });

  test('--json is --format json', async () => {
    expect((await netstack(['validate', '-f', 'm', '--json'])).out).toBe((await netstack(['validate', '-f', 'm', '--format', 'json'])).out);
  });

  test('JSON names targets and what was not checked', async () => {
    const report = JSON.parse((await netstack(['validate', '-f', 'm', '--json', '--open', '--target', 'gateway-api=1.2/experimental'])).out) as { targets: [{ versions: Record<string, string> }]; unchecked: { what: string }[] };
    expect(report.targets).toHaveLength(1);
    expect(report.targets[0].versions).toMatchObject({ 'gateway-api': '1.2.1/experimental', 'kubernetes': '1.35' });
    expect(report.unchecked.map(({ what }) => what)).toEqual(['Foo of example.com/v1', 'What rules would say of the object that the API server refuses', 'What only netstack.model.json knows', 'What the documents refer to and do not have']);
  });

  test('a version that another line stands for is named, and a patch release is not', async () => {
    const named = await netstack(['validate', '-f', 'm', '--json', '--target', 'kubernetes=1.99', '--target', 'gateway-api=1.4', '--target', 'cilium=1.20.9', '--target', 'istio=1.24']);
    expect(named.err).toBe('Kubernetes 1.99 is not known here: 1.35 stands for it, the newest known line that is not above it.\nGateway API 1.4 is not known here: 1.2.1 stands for it, the newest known line that is not above it.\n');
    const { unchecked } = JSON.parse(named.out) as { unchecked: { what: string; reason: string }[] };
    expect(unchecked.slice(-2)).toEqual([
      { what: 'What only Kubernetes 1.99 has', reason: 'Its schemas are not known here: the documents are checked as for 1.35, the newest known line that is not above it' },
      { what: 'What only Gateway API 1.4 has', reason: 'Its schemas are not known here: the documents are checked as for 1.2.1, the newest known line that is not above it' },
    ]);
  });
});

test('a report that cannot be written leaves nothing and keeps what was there', async () => {
  put('old/report.json', 'old');
  const { code } = await netstack(['validate', '-f', 'm', '--json', '-o', 'old']);
  expect(code).toBe(1);
  expect(readdirSync('old')).toEqual(['report.json']);
  expect((await netstack(['validate', '-f', 'm', '--json', '-o', 'old/report.json'])).code).toBe(2);
  expect(readdirSync('old')).toEqual(['report.json']);
});

test('a link stays one, and what it leads to is replaced', async () => {
  put('reports/1.json', 'old');
  symlinkSync(path('reports/1.json'), path('latest.json'));
  expect((await netstack(['validate', '-f', 'm', '--json', '-o', 'latest.json'])).code).toBe(2);
  expect(lstatSync('latest.json').isSymbolicLink()).toBe(true);
  expect(JSON.parse(readFileSync('reports/1.json', 'utf8'))).toMatchObject({ schema: 'netstack/report/v1' });
  expect(readdirSync('reports')).toEqual(['1.json']);
});

test('configuration files alone are something to look at', async () => {
  put('dist/files/hub/wg0.conf', '[Interface]\nListenPort = 51820\n');
  put('dist/netstack.model.json', JSON.stringify({
    format: 'netstack/model/v1', toolVersion: '0.0.0', clusters: [], objects: [], workloads: [], connections: [], external: [], acknowledgements: [],
    outputs: [{ path: 'files/hub/wg0.conf', kind: 'file', format: 'wireguard', owner: 'hub' }],
  }));
  expect(await netstack(['validate'])).toEqual({ code: 0, out: '0 documents, no findings\n', err: '' });
});

describe('--baseline', () => {
  test('knows what was there, and fails for what is new', async () => {
    const written = await netstack(['validate', '-f', 'm', '--write-baseline', 'known.json']);
    expect(written).toEqual({ code: 0, out: '', err: '3 findings written to known.json: from now on --baseline known.json fails for new ones only.\n' });
    // Everything moves.
    put('m/a.yaml', `# a comment\n${[BAD, UNKNOWN, SERVICE].join('---\n')}`);
    const again = await netstack(['validate', '-f', 'm', '--baseline', 'known.json', '--fail-on', 'info']);
    expect(again.code).toBe(0);
    expect(again.out).toContain('; 0 introduced, 3 known\n');
    put('netstack.yaml', 'baseline: known.json\n');
    put('m/b.yaml', BAD.replace('bad', 'worse'));
    const { code, out } = await netstack(['validate', '-f', 'm']);
    expect(code).toBe(2);
    expect(out).toMatch(/^── Introduced: 1 ──\n\nerror NS0011 {2}ConfigMap worse/);
  });

  test.each([[['--baseline', 'nope.json'], 1, 'The baseline file "nope.json" does not exist: write it with --write-baseline nope.json.'], [['--baseline', 'a', '--write-baseline', 'b'], 64, '--baseline and --write-baseline are both given: give one of them.']])('%j', async (args, code, sentence) => {
    expect(await netstack(['validate', '-f', 'm', ...args])).toEqual({ code, out: '', err: `${sentence}\n` });
  });
});

describe('netstack.yaml', () => {
  test('names paths, rules, targets, the profile and more', async () => {
    put('netstack.yaml', 'paths: [m]\nrules: { NS0033: error, NS0011: off, NS0023: warning }\ntargets: { kubernetes: "1.32" }\nmaxFindings: 10\nminSeverity: warning\nopen: false\n');
    const { code, out } = await netstack(['validate', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ targets: [{ versions: { kubernetes: '1.32' } }], findings: [{ id: 'NS0033', severity: 'error' }, { id: 'NS0023', severity: 'warning' }] });
  });

  test('open says of nothing that it is missing', async () => {
    put('m/a.yaml', SERVICE);
    put('netstack.yaml', 'open: true\n');
    expect((await netstack(['validate', '-f', 'm'])).out).toBe('1 document, no findings\n');
    put('netstack.yaml', '');
    expect((await netstack(['validate', '-f', 'm', '--open'])).out).toBe('1 document, no findings\n');
  });

  test('a whole layer by the beginning of its ids; the longest decides; what cannot be read stays', async () => {
    put('m/b.yaml', 'a: [');
    put('netstack.yaml', 'rules: { NS0: off, NS003: warning, NS0033: info }\n');
    const { out } = await netstack(['validate', '-f', 'm', '--json']);
    expect((JSON.parse(out) as { findings: { id: string; severity: string }[] }).findings.map(({ id, severity }) => `${id} ${severity}`)).toEqual(['NS0010 error', 'NS0033 info']);
  });

  test.each([
    ['failon: error', 'There is no setting "failon" (netstack.yaml): did you mean failOn?'],
    ['color: red', 'There is no setting "color" (netstack.yaml): take one of baseline, crds, failOn, maxFindings, minSeverity, open, paths, profile, rules, targets.'],
    ['failOn: fatal', 'The setting failOn is "fatal" (netstack.yaml): give one of error, warning, info, never, or leave it out.'],
    ['open: 1', 'The setting open is 1 (netstack.yaml): give true or false.'],
    ['rules: { NS9876: off }', 'There is no rule "NS9876" (netstack.yaml): netstack rules lists them.'],
    ['rules: { NS0O33: off }', 'There is no rule "NS0O33" (netstack.yaml): did you mean NS0033? netstack rules lists them.'],
    ['rules: { NS033: off }', 'There is no rule "NS033" (netstack.yaml): did you mean NS0033? netstack rules lists them.'],
    ['rules: { NS0033: loud }', 'The level of NS0033 is "loud" (netstack.yaml): give error, warning, info or off.'],
    ['rules: { NS0010: off }', 'NS0010 says what could not be looked at: it cannot be changed (netstack.yaml): leave it out.'],
    ['targets: { istio: 1.30 }', 'The target istio is a number, 1.3 (netstack.yaml): put the version in quotes.'],
    ['- a', 'The settings are ["a"] (netstack.yaml): give a mapping of baseline, crds, failOn, maxFindings, minSeverity, open, paths, profile, rules, targets.'],
    ['a: [', 'netstack.yaml:2 is not valid YAML: unexpected end of the stream within a flow collection: mend the syntax.'],
    ['paths: []', 'The setting paths is [] (netstack.yaml): name a file or folder, or leave it out.'],
    ['paths: 3', 'The setting paths is 3 (netstack.yaml): give a file or folder, or a list of them.'],
  ])('%s is wrong usage', async (text, sentence) => {
    put('netstack.yaml', `${text}\n`);
    expect(await netstack(['validate', '-f', 'm'])).toEqual({ code: 64, out: '', err: `${sentence}\n` });
  });
});

test.each([
  [['--now', 'tomorrow'], '--now "tomorrow" is no day: give one such as 2027-01-31.'], [['--now', '2027-02-30'], '--now "2027-02-30" is no day: give one such as 2027-01-31.'],
  [['--cluster', 'm'], '--cluster "m" is no name and path: write --cluster beijing=dist/beijing.'],
])('%j is wrong usage', async (args, sentence) => {
  expect(await netstack(['validate', '-f', 'm', ...args])).toEqual({ code: 64, out: '', err: `${sentence}\n` });
});

test.each([[['--max-findings', 'many']], [['--fail-on', 'fatal']], [['--profile', 'staging']], [['--target', 'istio']]])('%j is wrong usage, and the help is named', async (args) => {
  const { code, out, err } = await netstack(['validate', '-f', 'm', ...args]);
  expect({ code, out }).toEqual({ code: 64, out: '' });
  expect(plainError(err).split('\n')).toHaveLength(1);
});

describe('--cluster', () => {
  test('what clusters share is read for each of them, and what cannot be read is told once', async () => {
    const pods = 'apiVersion: v1\nkind: Pod\nmetadata: { name: cart, namespace: shop, labels: { app: cart } }\nspec: { containers: [{ name: cart, image: "cart:1" }] }\n';
    put('common/pods.yaml', pods);
    put('common/broken.yaml', 'a: [');
    for (const cluster of ['east', 'west']) put(`${cluster}/a.yaml`, SERVICE);
    const { out } = await netstack(['validate', '--json', ...['east', 'west'].flatMap((name) => ['--cluster', `${name}=common`, '--cluster', `${name}=${name}`, '--cluster', `${name}=common`])]);
    const { documents, findings } = JSON.parse(out) as { documents: number; findings: { id: string }[] };
    expect({ documents, ids: findings.map(({ id }) => id) }).toEqual({ documents: 4, ids: ['NS0010'] });
  });

  test('keeps clusters apart, and takes their targets from netstack.yaml and flags', async () => {
    put('east/a.yaml', BAD);
    put('west/a.yaml', BAD);
    const { out } = await netstack(['validate', '--cluster', 'east=east', '--cluster', 'west=west', '--json']);
    const report = JSON.parse(out) as { findings: { id: string; cluster: string }[]; targets: { cluster: string }[] };
    expect(report.findings.map(({ id, cluster }) => `${id} ${cluster}`)).toEqual(['NS0011 east', 'NS0011 west']);
    expect(report.targets.map(({ cluster }) => cluster)).toEqual(['east', 'west']);
    // In one cluster they would be one object twice.
    expect((await netstack(['validate', '-f', 'east', '-f', 'west'])).out).toContain('NS0019');
  });

  test('a model of one cluster takes the name, one of several does not', async () => {
    const model = { format: 'netstack/model/v1', toolVersion: '0.0.0', clusters: [{ name: 'default', targets: { kubernetes: '1.32' } }], outputs: [], objects: [], workloads: [], connections: [], acknowledgements: [], external: [] };
    put('east/netstack.model.json', JSON.stringify(model));
    put('east/a.yaml', BAD);
    expect(JSON.parse((await netstack(['validate', '--cluster', 'east=east', '--json'])).out)).toMatchObject({ targets: [{ cluster: 'east', versions: { kubernetes: '1.32' } }] });
    put('east/netstack.model.json', JSON.stringify({ ...model, clusters: [...model.clusters, { name: 'other', targets: {} }] }));
    expect(await netstack(['validate', '--cluster', 'east=east'])).toEqual({ code: 1, out: '', err: '"east/netstack.model.json" has the clusters default, other, and cannot be "east" alone: give its folder with -f, without a cluster.\n' });
  });
});

describe('netstack rules', () => {
  test('lists every rule, and those of a layer', async () => {
    const { code, out } = await netstack(['rules']);
    expect(code).toBe(0);
    expect(out).toContain('NS0033  risk      A Service selects no pods\n');
    expect(out.split('\n').map((line) => line.slice(0, 6)).filter((id) => /^NS\d{4}$/.test(id)).sort()).toEqual(out.split('\n').map((line) => line.slice(0, 6)).filter((id) => /^NS\d{4}$/.test(id)));
    expect((await netstack(['rules', 'NS003'])).out).not.toContain('NS0011');
  });

  test('says of one what it sees, why, how to mend it, with examples', async () => {
    expect((await netstack(['rules', 'ns0033'])).out).toMatchSnapshot();
    expect((await netstack(['rules', 'NS0019'])).out).toMatchSnapshot();
    expect(JSON.parse((await netstack(['rules', 'NS0033', '--json'])).out)).toMatchObject({ id: 'NS0033', class: 'risk', severity: 'warning', covers: expect.any(Array) as unknown, failing: { documents: expect.any(String) as unknown } });
  });

  test('an unknown one is wrong usage', async () => {
    expect(await netstack(['rules', 'NS0099x'])).toEqual({ code: 64, out: '', err: expect.stringMatching(/^There is no rule "NS0099x": /) as string });
  });
});

test('a report to a device is written through', async () => {
  if (!existsSync('/dev/null')) return;
  expect(await netstack(['validate', '-f', 'm', '-o', '/dev/null'])).toEqual({ code: 2, out: '', err: '' });
});
