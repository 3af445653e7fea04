// Whatever text a prop gets: one clear sentence, or a manifest in which Kubernetes reads the very same text back.
import { Yaml } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { stringifyDocument } from '../../src/app/emitter/yaml';
import { NetstackError, Port } from '../../src/core';
import { EnvValue, ExternalWorkload, Namespace, Volume, Workload } from '../../src/workload';
import { HOSTILE } from '../core/sentence';
import { container, objects, shop } from './objects';
import type { Rendered } from './objects';

const image = 'a:1';
const PORTS = { http: Port.http(8080) };

/** The sentence that `make` throws, or undefined. */
function refused(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (!NetstackError.is(error)) throw error;
    expect(error.message.length).toBeLessThan(600);
    expect(error.message).not.toMatch(/[\n\0\u2028\u202e]/);
    return error.message;
  }
}

/** What the process gets for the text of an environment variable or an argument, as the kubelet makes it. */
function expand(text: string, variables: Readonly<Record<string, string>> = {}): string {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const next = text[i + 1];
    if (text[i] !== '$' || next === undefined) result += text[i];
    else if (next === '$') { result += '$'; i++; } else if (next === '(' && text.indexOf(')', i) > 0) {
      const end = text.indexOf(')', i);
      const name = text.slice(i + 2, end);
      result += variables[name] ?? `$(${name})`;
      i = end;
    } else { result += `$${next}`; i++; }
  }
  return result;
}

/** The deployment as it is read back from YAML by two readers. */
function reread(workload: Workload): Rendered {
  const text = stringifyDocument(objects(workload.node.root.node.findChild('shop') as never)['Deployment/web'], false);
  const [document] = parseAllDocuments(text);
  expect(document!.errors).toEqual([]);
  const read: unknown = document!.toJS();
  expect(Yaml.stringify(read)).toBe(text);
  return read;
}

const NAMES = ['', 'a\nb', 'a b', 'A', '-a', 'a-', 'a.b', 'a/b', '$(a)', 'x'.repeat(64)];

test.each<[string, (text: string) => unknown]>([
  ['name', (text) => new Workload(shop(), 'web', { name: text, image, ports: PORTS })],
  ['namespace', (text) => new Workload(shop(), 'web', { namespace: text, image, ports: PORTS })],
  ['controller', (text) => new Workload(shop(), 'web', { controller: text as never, image, ports: PORTS })],
  ['key of a port', (text) => new Workload(shop(), 'web', { ports: { [text]: Port.http(80) }, image })],
  ['key of a version', (text) => new Workload(shop(), 'web', { ports: PORTS, versions: { stable: { image }, [text]: { image } } })],
  ['label key', (text) => new Workload(shop(), 'web', { labels: { [text]: 'a' }, image, ports: PORTS })],
  ['image', (text) => new Workload(shop(), 'web', { image: text, ports: PORTS })],
  ['image of a version', (text) => new Workload(shop(), 'web', { versions: { stable: { image: text } }, ports: PORTS })],
  ['ServiceAccount', (text) => new Workload(shop(), 'web', { image, ports: PORTS, serviceAccount: { name: text } })],
  ['Service type', (text) => new Workload(shop(), 'web', { image, ports: PORTS, service: { type: text as never } })],
  ['load balancer class', (text) => new Workload(shop(), 'web', { image, ports: PORTS, service: { type: 'LoadBalancer', loadBalancerClass: text } })],
  ['traffic distribution', (text) => new Workload(shop(), 'web', { image, ports: PORTS, service: { trafficDistribution: text as never } })],
  ['external traffic policy', (text) => new Workload(shop(), 'web', { image, ports: PORTS, service: { type: 'LoadBalancer', externalTrafficPolicy: text as never } })],
  ['CPU', (text) => new Workload(shop(), 'web', { image, ports: PORTS, resources: { requests: { cpu: text } } })],
  ['memory', (text) => new Workload(shop(), 'web', { image, ports: PORTS, resources: { limits: { memory: text } } })],
  ['name of a variable', (text) => new Workload(shop(), 'web', { image, ports: PORTS, env: { [text]: 'a' } })],
  ['field of a pod', (text) => EnvValue.field(text)],
  ['probe port', (text) => new Workload(shop(), 'web', { image, ports: PORTS, probes: { readiness: { port: text as never } } })],
  ['gRPC service', (text) => new Workload(shop(), 'web', { image, ports: { grpc: Port.grpc(80) }, probes: { readiness: { port: 'grpc', service: text } } })],
  ['volume', (text) => new Workload(shop(), 'web', { image, ports: PORTS, volumes: { [text]: Volume.emptyDir('/tmp') } })],
  ['mount path', (text) => Volume.emptyDir(text)],
  ['ConfigMap', (text) => Volume.configMap('/etc/x', text)],
  ['size limit', (text) => new Workload(shop(), 'web', { image, ports: PORTS, volumes: { tmp: Volume.emptyDir('/tmp', { sizeLimit: text }) } })],
  ['size', (text) => new Workload(shop(), 'web', { controller: 'StatefulSet', image, ports: PORTS, volumes: { data: Volume.claim('/data', { size: text }) } })],
  ['storage class', (text) => new Workload(shop(), 'web', { controller: 'StatefulSet', image, ports: PORTS, volumes: { data: Volume.claim('/data', { size: '1Gi', storageClass: text }) } })],
  ['external name', (text) => new ExternalWorkload(shop(), 'it', { name: text, labels: { a: 'b' }, ports: {} })],
  ['external namespace', (text) => new ExternalWorkload(shop(), 'it', { namespace: text, labels: { a: 'b' }, ports: {} })],
  ['external ServiceAccount', (text) => new ExternalWorkload(shop(), 'it', { serviceAccountName: text, labels: { a: 'b' }, ports: {} })],
  ['external Service', (text) => new ExternalWorkload(shop(), 'it', { service: text, labels: { a: 'b' }, ports: {} })],
  ['namespace name', (text) => new Namespace(shop(), 'it', { name: text })],
  ['label key of a namespace', (text) => new Namespace(shop(), 'it', { labels: { [text]: 'a' } })],
  ['annotation key of a namespace', (text) => new Namespace(shop(), 'it', { annotations: { [text]: 'a' } })],
  ['pod security', (text) => new Namespace(shop(), 'it', { podSecurity: text as never })],
])('%s refuses every hostile text', (_, make) => {
  for (const text of HOSTILE) expect([text.slice(0, 20), refused(() => make(text))]).toEqual([text.slice(0, 20), expect.any(String)]);
});

test('names of Kubernetes are held to its grammar', () => {
  for (const name of NAMES) {
    expect(refused(() => new Workload(shop(), 'web', { name, image, ports: PORTS }))).toBeDefined();
    expect(refused(() => new Namespace(shop(), 'web', { name }))).toBeDefined();
  }
});

test('values of labels are refused, save the empty one', () => {
  for (const text of HOSTILE.filter((one) => one !== '')) {
    expect(refused(() => new Workload(shop(), 'web', { labels: { a: text }, image, ports: PORTS }))).toBeDefined();
    expect(refused(() => new Workload(shop(), 'web', { versions: { stable: { image, label: text } }, ports: PORTS }))).toBeDefined();
    expect(refused(() => new Workload(shop(), 'web', { service: { labels: { a: text } }, image, ports: PORTS }))).toBeDefined();
  }
});

test('texts are read back unchanged, or refused', () => {
  let carried = 0;
  for (const text of [...HOSTILE, '$', '$$', '$$(A)', '$(A', 'null', 'true', '1e3', '0x1f', '~', '- a', 'a: b', ' a ', '|', '>', '%', '@', '\ufeffa']) {
    const make = (): Workload => new Workload(shop(), 'web', { image, ports: PORTS, env: { A: 'other', TEXT: text }, args: [text], command: ['run', text], podAnnotations: { text } });
    if (refused(make) !== undefined) {
      expect(['a\0b', '\ud800']).toContain(text);
      continue;
    }
    const pod = reread(make());
    const { env, args, command } = container(pod);
    const variables = { A: 'other' };
    expect(expand(env.find((one: { name: string }) => one.name === 'TEXT').value, variables)).toBe(text);
    expect(expand(args[0], variables)).toBe(text);
    expect(expand(command[1], variables)).toBe(text);
    expect(pod.spec.template.metadata.annotations.text).toBe(text);
    carried++;
  }
  expect(carried).toBeGreaterThan(35);
});

test('what no process can get is refused', () => {
  expect(refused(() => new Workload(shop(), 'web', { image, ports: PORTS, env: { TEXT: 'x'.repeat(131_072 - 6) } }))).toBeUndefined();
  expect(refused(() => new Workload(shop(), 'web', { image, ports: PORTS, env: { TEXT: 'x'.repeat(131_072 - 5) } }))).toMatch(/^Variable TEXT of workload web is longer than Linux gives to a process \(131072 bytes\) \(shop\/web, .*\): mount it as a file with Volume\.configMap\.$/);
});

test.each([
  'registry.example.com/orders:1.7.4', 'nginx', 'nginx:latest', 'library/nginx:1.29', 'localhost:5000/a/b_c__d-e.f:T_1.2-3', `ghcr.io/a/b@sha256:${'a'.repeat(64)}`, `a:1@sha256:${'0'.repeat(64)}`, '[::1]:5000/a:1',
])('%s is the reference of an image', (reference) => {
  expect(refused(() => new Workload(shop(), 'web', { image: reference, ports: {} }))).toBeUndefined();
});

test.each(['', ' ', 'a:', ':1', 'A/b/C', 'a b', 'a:1 ', ' a:1', 'https://a/b:1', 'a:1:2', 'a@sha256:12', '-a', 'a/-b', 'a//b', 'a/b/', `a:${'x'.repeat(129)}`, `${'a/'.repeat(130)}b`])('"%s" is none', (reference) => {
  expect(refused(() => new Workload(shop(), 'web', { image: reference, ports: {} }))).toMatch(/is not the reference of an image/);
});

test('a password in an image is not shown', () => {
  expect(refused(() => new Workload(shop(), 'web', { image: 'https://user:hunter2@registry.example.com/a:1', ports: {} }))).not.toContain('hunter2');
});
