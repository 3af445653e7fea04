// Programs that can be run with cdk8s' own classes and with ours: the outputs must have the same bytes.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, Include, JsonPatch, Lazy } from 'cdk8s';
import type { AppProps } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { NetworkApp } from '../../src/app/network-app';
import { NetworkChart } from '../../src/app/network-chart';
import { NetworkObject } from '../../src/app/network-object';
import { DocumentGenerator, seeded } from './generated-documents';

export interface Classes {
  readonly App: new (props?: AppProps) => App;
  readonly Chart: new (scope: Construct, id: string, props?: ConstructorParameters<typeof Chart>[2]) => Chart;
  readonly ApiObject: new (scope: Construct, id: string, props: ConstructorParameters<typeof ApiObject>[2]) => ApiObject;
}

export const STOCK: Classes = { App, Chart, ApiObject };
/** Our chart and object below a stock app. */
export const MIXED: Classes = { App, Chart: NetworkChart, ApiObject: NetworkObject };
export const OURS: Classes = { App: NetworkApp, Chart: NetworkChart, ApiObject: NetworkObject };
/** Stock charts and objects below our app. */
export const OUR_APP: Classes = { App: NetworkApp, Chart, ApiObject };

export type Program = (classes: Classes, app: App) => void;

class Token {
  resolve(): unknown {
    return { from: 'token', port: new IntOrString(8080) };
  }
}

class IntOrString {
  readonly value: number | string;

  constructor(value: number | string) {
    this.value = value;
  }
}

const shared = { cpu: '100m', list: [1, 2] };

export const PROGRAMS: Readonly<Record<string, Program>> = {
  'values of every form': ({ Chart: C, ApiObject: O }, app) => {
    const chart = new C(app, 'values', { namespace: 'space', labels: { team: 'orders' } });
    new O(chart, 'generated-name', { apiVersion: 'v1', kind: 'ConfigMap', data: { 'b': '2', 'a': 'multi\nline\n', '10': 'x', '9': 'y', '': 'empty', 'yes': 'no', 'null': '~' } });
    new O(chart, 'lazy', {
      apiVersion: 'example.com/v1', kind: 'Thing',
      metadata: { name: 'lazy', annotations: { when: Lazy.any({ produce: () => 'later' }) as unknown as string }, labels: {}, finalizers: [] },
      spec: Lazy.any({ produce: () => ({ z: [Lazy.any({ produce: () => undefined }), null, { y: undefined }], a: Lazy.any({ produce: () => [] }) }) }),
      token: new Token(), union: new IntOrString('25%'), zero: 0, no: false, none: null, missing: undefined, empty: {}, list: [], first: shared, second: shared,
    });
    const patched = new O(chart, 'patched', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'patched', namespace: 'other' }, spec: { replicas: 1 } });
    patched.addJsonPatch(JsonPatch.add('/spec/aFieldThatNobodyKnows', { deep: [1] }), JsonPatch.replace('/metadata/name', 'renamed'), JsonPatch.add('/spec/again', shared), JsonPatch.add('/spec/more', shared));
    patched.metadata.addLabel('added', 'later');
    patched.metadata.addAnnotation('note', 'a: b');
    patched.metadata.add('unknownMetadata', { kept: [true, {}] });
    const odd = new O(chart, 'odd', { apiVersion: 'v1', kind: 'Odd', metadata: { name: 'odd' }, contents: 'a field called contents', toString2: 1, constructor2: { value: 5 }, nested: { constructorName: 'x', value: 'v', resolve: 'text' } });
    odd.metadata.addFinalizers('example.com/hold');
    odd.metadata.addOwnerReference({ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' });
    new O(chart, 'CronJob', { apiVersion: 'batch/v1', kind: 'CronJob', spec: { schedule: '*/5 * * * *' } });
    new C(app, 'empty');
  },
  'generated documents': ({ Chart: C, ApiObject: O }, app) => {
    const generator = new DocumentGenerator(3);
    for (let c = 0; c < 5; c++) {
      const chart = new C(app, `chart-${c}`, c % 2 ? { namespace: `ns-${c}` } : {});
      for (let i = 0; i < 60; i++) {
        let fields = generator.next();
        // cdk8s refuses a field of this name.
        while (JSON.stringify(fields).includes('"constructor"')) fields = generator.next();
        new O(chart, `object-${i}`, { ...fields, apiVersion: 'v1', kind: 'Generated', metadata: { name: `g-${c}-${i}` } });
      }
    }
  },
  'nested charts and constructs': ({ Chart: C, ApiObject: O }, app) => {
    const thing = (scope: Construct, id: string): ApiObject => new O(scope, id, { apiVersion: 'v1', kind: 'ConfigMap', data: { id } });
    for (const id of ['b', '10', '9', 'Upper_Case']) {
      const chart = new C(app, id);
      thing(chart, 'z');
      const group = new Construct(chart, 'group');
      thing(group, '7');
      thing(group, 'a');
      const child = new C(group, 'inner-chart');
      thing(child, 'inner');
      if (id !== '9') thing(new C(chart, 'direct-chart'), 'direct');
    }
  },
  'numeric chart ids': ({ Chart: C, ApiObject: O }, app) => {
    for (const id of ['b', '10', '9']) {
      const chart = new C(app, id);
      new O(new C(new Construct(chart, 'group'), 'inner'), 'x', { apiVersion: 'v1', kind: 'ConfigMap' });
    }
  },
  'dependencies': ({ Chart: C, ApiObject: O }, app) => {
    const thing = (scope: Construct, id: string): ApiObject => new O(scope, id, { apiVersion: 'v1', kind: 'ConfigMap', data: { id } });
    const one = new C(app, 'one');
    const two = new C(app, 'two');
    const three = new C(two, 'three');
    const a = thing(one, 'a');
    const group = new Construct(one, 'group');
    const b = thing(group, 'b');
    const c = thing(group, 'c');
    const d = thing(one, 'd');
    const e = thing(two, 'e');
    const f = thing(two, 'f');
    thing(three, 'g');
    a.addDependency(group);
    b.addDependency(c, d);
    group.node.addDependency(e);
    e.addDependency(f);
    new C(app, 'zero').addDependency(one);
    thing(app.node.findChild('zero') as Construct, 'h');
  },
  'cdk8s-plus and included files': ({ Chart: C, ApiObject: O }, app) => {
    const chart = new C(app, 'plus', { namespace: 'shop' });
    const deployment = new kplus.Deployment(chart, 'frontend', { replicas: 2, containers: [{ image: 'registry.example.com/frontend:1', portNumber: 8080, envVariables: { LEVEL: kplus.EnvValue.fromValue('info') } }] });
    const service = deployment.exposeViaService({ serviceType: kplus.ServiceType.CLUSTER_IP });
    service.metadata.addLabel('tier', 'frontend');
    const map = new kplus.ConfigMap(chart, 'config', { data: { 'a.conf': 'x = 1\n  y: "2"\n' } });
    deployment.node.addDependency(map);
    new kplus.NetworkPolicy(chart, 'policy', { selector: deployment });
    new kplus.Role(chart, 'role', { metadata: { name: 'reader' } }).allowRead(kplus.ApiResource.PODS);
    new Include(chart, 'included', { url: join(__dirname, 'included-objects.txt') });
    new O(chart, 'own', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'own' } });
  },
};

/** A program with random dependencies between objects, constructs and charts, all of them from later to earlier ones. */
export function randomDependencies(seed: number): Program {
  return ({ Chart: C, ApiObject: O }, app) => {
    const random = seeded(seed);
    const charts: Construct[] = [];
    const scopes: Construct[] = [];
    const sources: Construct[] = [];
    for (let c = 0; c < 3; c++) {
      const nest = charts.length > 0 && random(4) === 0;
      const chart: Construct = new C(nest ? charts[random(charts.length)]! : app, `c${c}`);
      charts.push(chart);
      scopes.push(chart);
      for (let i = 0; i < 5; i++) {
        const scope = random(3) === 0 ? chart : scopes[scopes.length - 1]!;
        if (random(4) === 0) scopes.push(new Construct(scope, `g${i}`));
        const object = new O(scopes[scopes.length - 1]!, `o${i}`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `o${c}-${i}` } });
        if (sources.length > 0) for (let d = random(3); d > 0; d--) object.addDependency(sources[random(sources.length)]!);
        sources.push(object);
      }
    }
    for (let i = random(3); i > 0; i--) charts[1 + random(2)]!.node.addDependency(sources[random(5)]!);
  };
}

/** Runs `program` and reads everything that it wrote, or says how it failed. */
export function outputOf(program: Program, classes: Classes, props: AppProps = {}): Record<string, string> | { readonly failed: true } {
  const outdir = mkdtempSync(join(tmpdir(), 'netstack-test-'));
  try {
    const app = new classes.App({ ...props, outdir });
    program(classes, app);
    try {
      app.synth();
    } catch (error) {
      if (/Dependency cycle|Maximum call stack/.test(String(error))) return { failed: true };
      throw error;
    }
    const files = readFolder(outdir);
    delete files['netstack.model.json'];
    return files;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The text of every file below `folder`, by its relative path. */
export function readFolder(folder: string, prefix = ''): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) Object.assign(files, readFolder(path, `${prefix}${name}/`));
    else files[prefix + name] = readFileSync(path, 'utf8');
  }
  return files;
}
