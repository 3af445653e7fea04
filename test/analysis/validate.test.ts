import { join } from 'node:path';
import { shorten } from '../../src/core/errors';
import { loadDocuments, parseText, validate } from '../../src/analysis';
import type { KubernetesObject, ManifestDocument, Targets } from '../../src/analysis';

const CORRECT = join(__dirname, '..', 'fixtures', 'validate', 'correct');

function read(text: string, more: Partial<ManifestDocument> = {}): ManifestDocument[] {
  return parseText(text, 'a.yaml').documents.map((document) => ({ ...document, ...more }));
}

const lines = (documents: readonly ManifestDocument[], targets?: Targets): string[] => validate(documents, { rules: [], ...(targets ? { targets } : {}) })
  .map(({ id, severity, message, where, fix }) => `${severity} ${id} ${where.file}:${where.line} ${where.field}: ${message}${fix === undefined ? '' : `; ${fix}`}`);

const metadata = (fields: string): string[] => lines(read(`apiVersion: v1\nkind: ConfigMap\nmetadata: { ${fields} }`)).map((line) => line.replace(/^error (\S+) a.yaml:\d+ /, '$1 '));

test('odd and correct documents have no findings', () => {
  const { documents, findings } = loadDocuments([CORRECT]);
  expect(documents.length).toBeGreaterThan(10);
  expect([...findings, ...validate(documents, { rules: [] })]).toEqual([]);
});

test('findings stand in the order of documents and lines, and carry everything that is known', () => {
  const text = 'apiVersion: v1\nkind: Service\nmetadata: { name: a, namespace: x }\nspec:\n  ports: [{ port: http }]\n  typ: ClusterIP\n---\napiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: {}\n';
  const [first, ...rest] = validate(read(text, { cluster: 'beijing', constructPath: 'app/a', source: 'main.ts:3' }), { rules: [] });
  expect(first).toEqual({
    id: 'NS0012', severity: 'error', message: 'A string stands where an integer (int32) belongs: "http"',
    where: {
      file: 'a.yaml', line: 5, column: 13, cluster: 'beijing', object: { apiVersion: 'v1', kind: 'Service', namespace: 'x', name: 'a' }, field: 'spec.ports[0].port', constructPath: 'app/a', source: 'main.ts:3',
    },
    fix: 'remove the quotes, or give the value itself',
  });
  expect(rest.map(({ id, where }) => `${id} ${where.line}`)).toEqual(['NS0011 6', 'NS0013 11']);
});

test('documents in memory need no file', () => {
  const object: KubernetesObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, dta: {} };
  expect(validate([{ object }], { rules: [] })).toEqual([
    { id: 'NS0011', severity: 'error', message: 'There is no field dta here', where: { object: { apiVersion: 'v1', kind: 'ConfigMap', name: 'a' }, field: 'dta' }, fix: 'did you mean data?' },
  ]);
});

describe('the same object twice', () => {
  const one = 'apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: { name: a, namespace: x }\nspec: {}\n';
  test('in another version of its group', () => {
    expect(lines(read(`${one}---\n${one.replace('/v1', '/v1beta1')}`))).toEqual([
      'error NS0019 a.yaml:8 metadata.name: This object stands twice: first in a.yaml:3, and the later one overwrites it; rename or remove one of them',
    ]);
  });
  test('three times is found twice', () => {
    expect(lines(read(`${one}---\n${one}---\n${one}`))).toHaveLength(2);
  });
  test('in another cluster it is another object', () => {
    expect(lines([...read(one, { cluster: 'beijing' }), ...read(one, { cluster: 'shanghai' })])).toEqual([]);
  });
  test('a namespace does not tell cluster-scoped objects apart', () => {
    const role = (namespace: string): string => `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: a, namespace: ${namespace} }\nrules: []\n`;
    expect(lines(read(`${role('x')}---\n${role('z')}`))).toHaveLength(1);
  });
  test('objects of generated names are never the same', () => {
    const job = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { generateName: a- }\n';
    expect(lines(read(`${job}---\n${job}`))).toEqual([]);
  });
});

test('a kind without schema is said once, with the number of its objects', () => {
  const unknown = (kind: string): string => `apiVersion: example.com/v1\nkind: ${kind}\nmetadata: { name: a-${kind.toLowerCase()} }\n---\n`;
  expect(lines(read(unknown('A') + unknown('A').replace('a-a', 'b') + unknown('B')))).toEqual([
    'info NS0023 a.yaml:2 kind: No schema is known for A of example.com/v1, so 2 objects were not checked',
    'info NS0023 a.yaml:10 kind: No schema is known for B of example.com/v1, so one object was not checked',
  ]);
  expect(lines(read('apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: { name: a }'))).toEqual([
    'info NS0023 a.yaml:2 kind: No schema is known for HorizontalPodAutoscaler of autoscaling/v1, so one object was not checked; known versions of this kind: autoscaling/v2',
  ]);
  expect(lines(read('apiVersion: v1\nkind: constructor\nmetadata: { name: a }\n---\napiVersion: __proto__/v1\nkind: toString\nmetadata: { name: b }'))).toHaveLength(2);
});

describe('targets', () => {
  const route = 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: a, namespace: x }\nspec: { rules: [{ retry: { attempts: 3 } }] }';
  test('the standard channel is the default, documents may bring their own targets', () => {
    expect(lines(read(route))).toEqual([
      'error NS0018 a.yaml:4 spec.rules[0].retry: The field retry is in the experimental channel of Gateway API 1.6.1 only, and the target is the standard channel; leave it out, or target gateway-api=1.6/experimental where the experimental definitions are installed',
    ]);
    expect(lines(read(route), { gatewayApi: { channel: 'experimental' } })).toEqual([]);
    expect(lines(read(route, { targets: { gatewayApi: { version: '1.2', channel: 'experimental' } } }))).toEqual([]);
  });
  test('a field of the newer line', () => {
    const policy = 'apiVersion: gateway.envoyproxy.io/v1alpha1\nkind: BackendTrafficPolicy\nmetadata: { name: a, namespace: x }\nspec: { targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: a }], mergeType: StrategicMerge }';
    expect(lines(read(policy))).toEqual([]);
    expect(lines(read(policy), { envoyGateway: '1.2' })).toHaveLength(1);
  });
  test('an unknown line is one sentence', () => {
    expect(() => validate(read(route), { targets: { istio: '1.1' } })).toThrow(/istio 1\.1 is older than 1\.24\.6, the oldest line that is known/);
  });
});

test('secrets are never shown', () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\ndata: { token: hunter2!, a: 5 }\nstringData: { b: 12345 }';
  const said = lines(read(secret)).join('\n');
  expect(said).not.toMatch(/hunter2|12345/);
  expect(said).toContain('(a value that is not shown) is not of format byte');
  const key = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, labels: { a: "ghp_${'a'.repeat(36)}" }, namespace: "ghp_${'a'.repeat(36)}" }`;
  expect(lines(read(key)).join('\n')).not.toContain('ghp_');
});

describe('metadata', () => {
  const DNS = 'a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part';
  const KEY = 'a key: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional prefix and "/"';
  test.each<[string, string[]]>([
    ['name: a..b', [`NS0021 metadata.name: The name "a..b" is not ${DNS}`]],
    [`name: ${'a'.repeat(254)}`, [`NS0021 metadata.name: The name ${shorten('a'.repeat(254))} is not ${DNS}`]],
    ['name: 1', ['NS0012 metadata.name: An integer stands where a string belongs; put it in quotes']],
    ['name: ""', ['NS0021 metadata.name: The object has no name; give metadata.name']],
    ['generateName: A-', [`NS0021 metadata.generateName: The generateName "A-" is not the beginning of ${DNS}`]],
    ['name: a, namespace: [a]', ['NS0012 metadata.namespace: A list stands where a string belongs; put it in quotes']],
    ['name: a, labels: [a]', ['NS0012 metadata.labels: A list stands where a mapping belongs']],
    ['name: a, labels: { -a: b }', [`NS0021 metadata.labels["-a"]: The label key "-a" is not ${KEY}`]],
    ['name: a, labels: { /a: b }', ['NS0021 metadata.labels["/a"]: The label key "/a" is not a key whose prefix is a DNS subdomain']],
    ['name: a, annotations: { a b: c }', [`NS0021 metadata.annotations["a b"]: The annotation key "a b" is not ${KEY}`]],
    ['name: a, finalizers: [a b]', [`NS0021 metadata.finalizers[0]: The finalizer "a b" is not ${KEY}`]],
    ['name: a, ownerReferences: [{ apiVersion: v1, kind: Pod, name: b, controler: true }]',
      ['NS0011 metadata.ownerReferences[0].controler: There is no field "controler" in an owner reference; remove it', 'NS0021 metadata.ownerReferences[0].uid: An owner reference needs uid; give uid']],
    ['name: a, creationTimestamp: yesterday', ['NS0012 metadata.creationTimestamp: A string stands where a timestamp belongs']],
    ['name: a, generation: x', ['NS0012 metadata.generation: A string stands where an integer belongs']],
    ['name: a, generation: -1', ['NS0021 metadata.generation: The generation -1 is below zero; remove it: the server counts by itself']],
    ['name: a, generation: 0', []],
    ['name: a, resourceVersion: "12"', ['NS0021 metadata.resourceVersion: A resourceVersion may not stand on an object that is to be created; remove it']],
    ['name: a, anotations: {}', ['NS0011 metadata.anotations: There is no field anotations in metadata; did you mean annotations?']],
  ])('%s', (fields, expected) => {
    expect(metadata(fields).sort()).toEqual(expected.sort());
  });

  test('none at all, and none that is a mapping', () => {
    expect(lines(read('apiVersion: v1\nkind: ConfigMap'))).toEqual(['error NS0021 a.yaml:1 metadata: A ConfigMap needs metadata with a name; give metadata.name']);
    expect(lines(read('apiVersion: v1\nkind: ConfigMap\nmetadata: text'))).toEqual(['error NS0012 a.yaml:3 metadata: A string stands where a mapping belongs']);
  });

  test('the size of annotations', () => {
    const annotated = (size: number): string[] => metadata(`name: a, annotations: { a: "${'é'.repeat(size / 2)}" }`);
    expect(annotated(262_142)).toEqual([]);
    expect(annotated(262_144)).toEqual(['NS0021 metadata.annotations: The annotations have 262145 bytes, at most 262144 are allowed']);
  });

  test.each([
    ['v1', 'Namespace', 'a.b', 1], ['v1', 'Namespace', '1a', 0], ['v1', 'Service', '1a', 1], ['apps/v1', 'StatefulSet', 'a.b', 1], ['apps/v1', 'Deployment', 'a.b', 0],
    ['batch/v1', 'CronJob', 'a'.repeat(53), 1], ['rbac.authorization.k8s.io/v1', 'Role', 'System:a', 0], ['rbac.authorization.k8s.io/v1', 'Role', 'a/b', 1], ['rbac.authorization.k8s.io/v1', 'Role', '..', 1],
  ])('%s %s may be named %s: %i findings', (apiVersion, kind, name, count) => {
    expect(validate([{ object: { apiVersion, kind, metadata: { name } } }]).filter((finding) => finding.where.field === 'metadata.name')).toHaveLength(count);
  });
});

test('what OpenAPI calls required, and the API server does not', () => {
  const documents = read([
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a }\nspec: { policyTypes: [Ingress] }',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: a }\nroleRef: { kind: Role, name: a }',
    'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: a }\naddressType: IPv4',
    'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: a }\nspec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: a, image: a }] } } }',
  ].join('\n---\n'));
  expect(lines(documents, { kubernetes: '1.32' })).toEqual([]);
  expect(lines(documents)).toEqual([]);
});

test('status is dropped where it is a sub-resource, and kept where not', () => {
  const route = 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: a }\nspec: {}\nstatus: { anything: 1 }';
  expect(lines(read(route))).toEqual([]);
  const application = 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: a }\nspec: { project: p, destination: {} }\nstatus: { anything: 1 }';
  expect(lines(read(application)).map((line) => line.split(':')[1])).toEqual(['5 status.anything']);
});

test('an object that refers to itself is told, not followed for ever', () => {
  const loop: Record<string, unknown> = {};
  loop.not = loop;
  const object = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'a.b' }, spec: {
    group: 'b', names: { plural: 'a', kind: 'A' }, scope: 'Namespaced', versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: loop } }],
  } };
  expect(validate([{ object }]).map(({ id, message }) => `${id} ${message}`)).toEqual(['NS0010 This document is nested too deeply to be read']);
});

test('a name that the server makes is there when rules are asked, and of a LimitRange it may be missing', () => {
  const ids = (object: Record<string, unknown>): string[] => validate([{ object: object as unknown as KubernetesObject }]).map(({ id }) => id);
  const felix = (generateName: string, spec: object): Record<string, unknown> => ({ apiVersion: 'projectcalico.org/v3', kind: 'FelixConfiguration', metadata: { generateName }, spec });
  expect(ids(felix('a', {}))).toEqual([]);
  expect(ids(felix('node.a', { nodeSelector: 'all()' }))).toContain('NS0016');
  expect(ids({ apiVersion: 'v1', kind: 'LimitRange', metadata: { namespace: 'shop' }, spec: { limits: [{ type: 'Pod', max: { cpu: '1' } }] } })).toEqual([]);
  expect(ids({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop' } })).toEqual(['NS0021']);
});
