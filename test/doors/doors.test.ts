// The plugin of cdk8s-cli, the command line, the matchers and the typed API make one run: over every example, and over every example with mistakes in it, they find the same.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject } from 'cdk8s';
import { check, loadDocuments, nameOf } from '../../src/analysis';
import type { Finding } from '../../src/analysis';
import { NetworkApp } from '../../src/app/network-app';
import { NetworkChart } from '../../src/app/network-chart';
import { Cluster } from '../../src/core/cluster';
import { NetstackValidation } from '../../src/plugin';
import { matchers } from '../../src/testing';
import { netstack } from '../cli/netstack';

const project = join(__dirname, '../..');
const examples = readdirSync(join(project, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

/** Mistakes of the server's class and of rules, one of them in a second object of the same name. */
function breakIt(app: NetworkApp): void {
  const cluster = Cluster.all(app)[0];
  const chart = new NetworkChart(app, 'broken', { namespace: 'broken', ...(cluster === undefined ? {} : { cluster }) });
  const add = (id: string, manifest: ConstructorParameters<typeof ApiObject>[2] & Record<string, unknown>): ApiObject => new ApiObject(chart, id, manifest);
  add('service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'same' }, spec: { selector: { app: 'nobody' }, ports: [{ port: 80 }] } });
  add('config', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'same' }, dta: {} });
  add('route', {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'lost' },
    spec: { parentRefs: [{ name: 'nowhere' }], rules: [{ backendRefs: [{ name: 'nobody', port: 80 }] }] },
  });
  add('unknown', { apiVersion: 'example.com/v1', kind: 'Foo', metadata: { name: 'foo' } });
}

/** Runs the program of an example, which writes into `outdir`, and returns its app. */
function runExample(name: string, outdir: string): NetworkApp {
  process.chdir(join(project, 'examples', name));
  process.env.CDK8S_OUTDIR = outdir;
  const made: NetworkApp[] = [];
  const synth = NetworkApp.prototype.synth;
  const spy = jest.spyOn(NetworkApp.prototype, 'synth').mockImplementation(function (this: NetworkApp) {
    made.push(this);
    synth.call(this);
  });
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    require(join(project, 'examples', name, 'main.ts'));
  } finally {
    spy.mockRestore();
    delete process.env.CDK8S_OUTDIR;
  }
  return made[0]!;
}

/** Rule and object, one line each, sorted. */
const lines = (pairs: readonly (readonly [id: string, subject: string])[]): string[] => pairs.map((pair) => pair.join(' ')).sort();
const subjectOf = (where: Finding['where']): string => (where.object ? nameOf(where.object) : (where.file ?? where.constructPath ?? 'the app'));

async function throughEveryDoor(app: NetworkApp, outdir: string): Promise<Record<'api' | 'cli' | 'plugin' | 'matchers', string[]>> {
  const api = lines(check(loadDocuments([outdir])).findings.map(({ id, where }) => [id, subjectOf(where)]));
  const { out } = await netstack(['validate', '-f', outdir, '--json']);
  const { findings } = JSON.parse(out) as { findings: { id: string; file?: string; construct?: string; object?: NonNullable<Finding['where']['object']> }[] };
  const cli = lines(findings.map(({ id, object, file, construct }) => [id, object ? nameOf(object) : (file ?? construct ?? 'the app')]));

  const plugin: [string, string][] = [];
  await new NetstackValidation().validate({
    manifests: readdirSync(outdir).filter((file) => file.endsWith('.yaml')).map((file) => join(outdir, file)), version: '0.0.0', metadata: {},
    report: {
      addViolation: ({ ruleName, violatingResources }) => plugin.push(...violatingResources.map(({ resourceName }): [string, string] => [ruleName.slice(0, 6), resourceName])),
      submit: () => undefined,
    },
  });

  // The matchers answer with the report as text: what the others found must be in it, and nothing else.
  const matched = findings.filter(({ id, object, construct }) => matchers.toHaveFinding(app, id, {
    ...(object ? { object: nameOf(object) } : {}), ...(construct === undefined ? {} : { construct }),
  }).pass);
  const count = Number(/, (\d+) findings?: /.exec(matchers.toHaveNoFindings(app, { minSeverity: 'info' }).message())?.[1] ?? 0);
  const matcher = lines(matched.map(({ id, object, file, construct }) => [id, object ? nameOf(object) : (file ?? construct ?? 'the app')]));
  return { api, cli, plugin: lines(plugin), matchers: count === matcher.length ? matcher : [`${count} findings`] };
}

test('there are examples', () => {
  expect(examples).toContain('order-platform');
});

describe.each(examples)('%s', (name) => {
  const outdir = mkdtempSync(join(tmpdir(), 'netstack-doors-'));
  const home = process.cwd();
  let app: NetworkApp;
  beforeAll(() => {
    app = runExample(name, outdir);
  });
  afterAll(() => {
    process.chdir(home);
    rmSync(outdir, { recursive: true, force: true });
  });

  test('as it is: four doors find the same, which is nothing', async () => {
    const { api, ...others } = await throughEveryDoor(app, outdir);
    expect(others).toEqual({ cli: api, plugin: api, matchers: api });
    expect(api).toEqual([]);
  }, 60_000);

  test('with mistakes: four doors find the same', async () => {
    breakIt(app);
    app.synth();
    const { api, ...others } = await throughEveryDoor(app, outdir);
    expect(others).toEqual({ cli: api, plugin: api, matchers: api });
    expect(api).toEqual(expect.arrayContaining(['NS0011 ConfigMap broken/same', 'NS0023 Foo broken/foo', 'NS0033 Service broken/same']));
    expect(api.some((line) => line.endsWith(' HTTPRoute broken/lost'))).toBe(true);
  }, 60_000);
});
