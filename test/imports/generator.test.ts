// Every trap that upstream schemas hold, in hand-made documents: stage 1 and stage 2 of the generator.
import * as path from 'node:path';
import { againstLock, parse } from '../../tools/imports/committed';
import { toNode } from '../../tools/imports/crd';
import { compareApiVersions, compareLines } from '../../tools/imports/lines';
import type { SchemaNode } from '../../tools/imports/node';
import { generateSchemas } from '../../tools/imports/schemas';
import { generateTypeScript, typeLine } from '../../tools/imports/typescript';

const INPUT = path.join(__dirname, '..', 'fixtures', 'imports', 'input');
const files = generateSchemas(INPUT);
const schemas = parse(files);
const code = generateTypeScript(schemas);
const { kinds } = schemas.index.groups['example.com']!;

/** The field of HTTPWidget's newest schema. */
function field(...names: string[]): SchemaNode {
  const group = schemas.groups.get('example.com')!;
  const resolve = (ref: SchemaNode | string | undefined): SchemaNode => (typeof ref === 'string' ? group.nodes[ref]! : ref!);
  return names.reduce((node, name) => resolve(name === '[]' ? node.items : node.properties![name]), resolve(group.kinds.HTTPWidget!.v1!['widgets@1.10.0']!.schema));
}

const widget = code.get('example.com/v1/HTTPWidget.ts')!;

test('the same input gives the same bytes, and the schemas agree with the lock', () => {
  expect([...generateSchemas(INPUT)]).toEqual([...files]);
  expect([...generateTypeScript(parse(files))]).toEqual([...code]);
  expect(againstLock(schemas)).toEqual([]);
});

test('a schema that was changed by hand no longer agrees with the lock', () => {
  const group = schemas.groups.get('example.com')!;
  const id = group.kinds.Gadget!.v1!['widgets@1.0.0']!.schema;
  const changed = { ...group, nodes: { ...group.nodes, [id]: { ...group.nodes[id], required: ['spec'] } } };
  expect(againstLock({ ...schemas, groups: new Map([...schemas.groups, ['example.com', changed]]) })).toEqual(['Gadget example.com/v1 of widgets@1.0.0: the schema is not the one in crds.lock.json']);
});

describe('names', () => {
  test('fields keep their wire names, also where cdk8s import would make two of them one', () => {
    for (const name of ['repoURL', 'jwks_uri', 'jwksUri', '\'disk-fill\'', '\'security-labels\'']) expect(widget).toContain(`readonly ${name}?: `);
  });

  test('fields called description and message are fields, the prose beside them is not carried', () => {
    expect(field('spec').properties).toMatchObject({ description: { type: 'string' }, message: { type: 'object' } });
    expect([...files.values(), ...code.values()].join('')).not.toContain('upstream prose');
  });

  test('the first listed version has no privilege: every version has its module and the plain name', () => {
    expect(code.get('example.com/v1beta1/index.ts')).toContain('export class HttpWidget extends');
    expect(code.get('example.com/v1/index.ts')).toContain('export class HttpWidget extends');
  });

  test('two kinds that would declare one name in a module are refused', () => {
    const nodes = { a: { type: 'object', properties: { classSpec: { type: 'object', properties: { x: { type: 'string' } } } } }, b: { type: 'object', properties: { spec: { type: 'object', properties: { y: { type: 'string' } } } } } };
    const lines = { 'x@1': { schema: 'a', status: false } };
    const versions = { v1: { lines: ['x@1'], served: true } };
    expect(() => generateTypeScript({
      index: { format: 1, lines: { x: ['1'] }, groups: { g: { file: 'g.json', kinds: { Gate: { plural: 'gates', scope: 'Namespaced', versions }, GateClass: { plural: 'gateclasses', scope: 'Namespaced', versions } } } } },
      groups: new Map([['g', { format: 1, group: 'g', kinds: { Gate: { v1: lines }, GateClass: { v1: { 'x@1': { schema: 'b', status: false } } } }, nodes }]]),
      lock: [{ line: 'x@1', name: 'gates.g', upstream: { repo: 'r', commit: 'c', path: 'p' }, schemas: { 'Gate/v1': '', 'GateClass/v1': '' } }],
    })).toThrow('g/v1: Gate and GateClass both declare GateClassSpec');
  });
});

describe('versions', () => {
  test('releases are ordered by number, API versions by stability', () => {
    expect(schemas.index.lines).toEqual({ channels: ['2.0.0/standard', '2.0.0/experimental'], kubernetes: ['1.9', '1.10'], widgets: ['1.0.0', '1.10.0'] });
    expect(['v1', 'v2beta1', 'v1alpha2', 'v2', 'v1beta1'].sort(compareApiVersions)).toEqual(['v1alpha2', 'v1beta1', 'v2beta1', 'v1', 'v2']);
    expect(['b@1', 'a@latest', 'a@1.10', 'a@1.9'].sort(compareLines)).toEqual(['a@1.9', 'a@1.10', 'a@latest', 'b@1']);
  });

  test('served, unserved and deprecated are told per line; what is served nowhere has no module', () => {
    expect(kinds.HTTPWidget!.versions).toEqual({
      v1: { lines: ['widgets@1.10.0'], served: true },
      v1beta1: { lines: ['widgets@1.0.0', 'widgets@1.10.0'], served: true, deprecated: true, deprecatedIn: ['widgets@1.10.0'] },
      v1alpha1: { lines: [], unserved: ['widgets@1.10.0'], served: false },
    });
    expect(code.has('example.com/v1alpha1/index.ts')).toBe(false);
  });

  test('the type is the newest schema of the version, of the widest channel; kinds that only an older release has stay', () => {
    expect(code.get('example.com/v1beta1/HTTPWidget.ts')).toContain('readonly size?: number;');
    expect(code.get('example.com/v1beta1/HTTPWidget.ts')).not.toContain('weight');
    expect(code.get('example.org/v1/Road.ts')).toContain('readonly tunnel?: string;');
    expect(typeLine(['channels@2.0.0/experimental', 'channels@2.0.0/standard'])).toBe('channels@2.0.0/experimental');
    expect(code.get('example.com/v1/Gadget.ts')).toContain('as of widgets 1.0.0');
  });
});

describe('scope and root', () => {
  test('cluster-scoped classes say so', () => {
    expect(code.get('example.com/v1/index.ts')).toContain('super(scope, id, { ...Gadget.GVK, ...props }, { clusterScoped: true });');
    expect(code.get('core/v1/index.ts')).toContain('{ ...KubeNamespace.GVK, ...props }, { clusterScoped: true }');
    expect(code.get('core/v1/index.ts')).toContain('super(scope, id, { ...KubeService.GVK, ...props });');
  });

  test('status is left out where it is a subresource only; other fields of the root stay', () => {
    const group = schemas.groups.get('example.com')!;
    const root = group.nodes[group.kinds.Gadget!.v1!['widgets@1.0.0']!.schema]!;
    expect(Object.keys(root.properties!)).toEqual(['operation', 'spec', 'status']);
    expect(group.kinds.Gadget!.v1!['widgets@1.0.0']!.status).toBe(false);
    expect(group.kinds.HTTPWidget!.v1!['widgets@1.10.0']!.status).toBe(true);
    expect(Object.keys(field().properties!)).toEqual(['security-labels', 'spec']);
    expect(field().required).toEqual(['spec']);
    expect(code.get('example.com/v1/Gadget.ts')).toContain('readonly operation?: GadgetOperation;');
  });
});

describe('built-in kinds', () => {
  const core = schemas.groups.get('core')!;
  const spec = core.nodes[core.kinds.Service!.v1!['kubernetes@1.10']!.schema]!.properties!.spec as SchemaNode;

  test('zero defaults say nothing and leave a required field required; real ones are kept', () => {
    expect(spec).toMatchObject({ title: 'ServiceSpec', required: ['port'], properties: { port: { type: 'integer', format: 'int32' }, protocol: { default: 'TCP' } } });
    expect(spec.properties!.port).not.toHaveProperty('default');
    expect(code.get('core/v1/Service.ts')).toContain('readonly port: number;');
  });

  test('a bare object is free-form, int-or-string and quantities are scalars, lists and requests are no kinds', () => {
    expect(spec.properties).toMatchObject({ raw: { type: 'object', preserve: true }, targetPort: { intOrString: true }, size: { oneOf: [{ type: 'string' }, { type: 'number' }] } });
    expect(code.get('core/v1/Service.ts')).toMatch(/raw\?: \{ readonly \[key: string\]: any \};\n {2}readonly size\?: number \| string;\n {2}readonly targetPort\?: number \| string;/);
    expect(Object.keys(core.kinds)).toEqual(['Namespace', 'Service']);
  });

  test('a definition that contains itself refers to itself by id', () => {
    const group = schemas.groups.get('apiextensions.k8s.io')!;
    const [id, node] = Object.entries(group.nodes).find(([, candidate]) => candidate.title === 'JSONSchemaProps')!;
    expect(node.properties).toEqual({ allOf: { type: 'array', items: id }, items: { preserve: true }, not: id });
    expect(code.get('apiextensions.k8s.io/v1/CustomResourceDefinition.ts')).toContain('readonly not?: JsonSchemaProps;');
  });
});

describe('types', () => {
  test('int-or-string in all its forms is number | string; what repeats it is dropped, a pattern is kept', () => {
    for (const name of ['portAny', 'portAll', 'portBare', 'portTyped']) expect(widget).toContain(`readonly ${name}?: number | string;`);
    expect(field('spec', 'portAny')).toEqual({ intOrString: true });
    expect(field('spec', 'portAll')).toEqual({ intOrString: true, allOf: [{ pattern: '^[0-9]+$' }] });
    expect(field('spec', 'portTyped')).toEqual({ intOrString: true });
  });

  test('unknown fields: free values, free objects, open structures, and objects that keep nothing', () => {
    expect(widget).toContain('readonly free?: any;');
    expect(widget).toContain('readonly freeObject?: { readonly [key: string]: any };');
    expect(widget).toContain('readonly freeList?: readonly string[];');
    expect(widget).toContain('readonly empty?: { readonly [key: string]: never };');
    expect(widget).toMatch(/interface HttpWidgetSpecOpen \{\n {2}readonly a\?: string;\n {2}readonly \[key: string\]: any;/);
    expect(widget).toMatch(/interface HttpWidgetSpecEmbedded \{\n {2}readonly apiVersion: string;\n {2}readonly kind: string;/);
  });

  test('null where the schema allows it; integers and the empty text as values; values that differ in case only', () => {
    expect(widget).toContain('readonly gone?: string | null;');
    expect(widget).toContain('HttpWidgetSpecCode = 301 | 302;');
    expect(widget).toContain('HttpWidgetSpecMode = \'tcp\' | \'TCP\' | \'\';');
  });

  test('required with a default is optional in a CustomResourceDefinition', () => {
    expect(field('spec').required).toEqual(['mode', 'count']);
    expect(widget).toContain('readonly count?: number;');
  });

  test('equal structures are declared once, however they are bounded, under the name nearest to the root', () => {
    expect(widget).toContain('readonly ports?: readonly HttpWidgetSpecMore[];');
    expect(widget).not.toContain('interface HttpWidgetSpecPorts');
  });
});

test('combinators become helper types', () => {
  const types = [...widget.matchAll(/^export type (HttpWidgetSpec\w+) = ((?:ExactlyOne|AtMostOne|AtLeastOne|Discriminated).*);$/gm)].map(([, name, type]) => `${name!.slice('HttpWidgetSpec'.length)} ${type!.replace(/HttpWidgetSpec\w+/g, 'T')}`);
  expect(types).toEqual([
    'Choice ExactlyOne<T, \'a\' | \'b\'>',
    'EmptyChoice ExactlyOne<T, \'a\' | \'b\'>',
    'Nested ExactlyOne<T, \'a\' | \'b\'> & ExactlyOne<T, \'c\' | \'d\'>',
    'None AtMostOne<T, \'a\' | \'b\'>',
    'NotBoth AtMostOne<T, \'any\' | \'all\'>',
    'Single ExactlyOne<T, \'p\' | \'q\'>',
    'Some AtLeastOne<T, \'x\' | \'y\'>',
    'Typed Discriminated<T, \'type\', { \'A\': \'a\'; \'B\': \'b\' }>',
  ]);
  expect(widget).toContain('HttpWidgetSpecBoth = \'Deny\' | \'Pass\';');
});

describe('values', () => {
  test('patterns are said in JavaScript, or marked', () => {
    expect(field('spec', 'fold').pattern).toBe('^([dD][rR][oO][pP]|[oO][kK\u212a])?$');
    expect(field('spec', 'printable').pattern).toBe('^\\P{C}*$');
    expect(field('spec', 'unreadable')).toEqual({ type: 'string', pattern: '^\\Qa\\E$', re2: true });
  });

  test('timestamps and words that look like booleans stay text; large bounds and whole defaults are carried', () => {
    expect(field('spec', 'since').default).toBe('2026-01-01T00:00:00Z');
    expect(field('spec', 'answer').default).toBe('yes');
    expect(field('spec', 'huge').maximum).toBe(2 ** 64);
    expect(field('spec', 'template').default).toEqual({ kind: 'a', depth: 1 });
  });

  test('list-map keys may rest on a default', () => {
    expect(field('spec', 'ports').listMapKeys).toEqual(['port', 'protocol']);
    expect(field('spec', 'ports', '[]').required).toEqual(['port']);
    expect(field('spec', 'ports', '[]', 'protocol').default).toBe('TCP');
  });
});

test('CEL rules keep what decides, not what upstream says', () => {
  expect(field().cel).toEqual([{ rule: 'self.metadata.name.size() < 10' }]);
  expect(field('spec', 'frozen').cel).toEqual([{ rule: 'self == oldSelf.orValue(self)', optionalOldSelf: true }]);
  expect(field('spec', 'typed').cel).toEqual([
    { rule: '!(has(self.a) && self.type != \'A\')', fieldPath: '.a', reason: 'FieldValueForbidden' },
    { rule: '!(!has(self.a) && self.type == \'A\')' },
    { rule: 'self.type == \'B\' ? has(self.b) : !has(self.b)', messageExpression: '\'b\'' },
  ]);
});

test('a keyword that the generator does not know is an error', () => {
  expect(() => toNode({ type: 'object', properties: { a: { type: 'string', 'x-kubernetes-new': true } } }, 'Widget v1')).toThrow('Widget v1.a: keyword x-kubernetes-new is not known');
});

test('a pattern that can take exponential time is an error', () => {
  expect(() => toNode({ type: 'string', pattern: '^(a+)+$' }, 'Widget v1')).toThrow('Widget v1: matching ^(a+)+$ can take exponential time; say it without ambiguity in patterns.ts');
});

test('generated files say so in their first line, link to upstream, and run-time modules carry no comments', () => {
  for (const [name, text] of code) expect(`${name} ${text.split('\n')[0]}`).toBe(`${name} // Generated by \`npx projen imports\`. Do not edit: change the generator in tools/imports.`);
  expect(widget).toContain('@see https://github.com/example/widgets/blob/v1.10.0/crds/all.yaml');
  expect(code.get('example.com/v1/index.ts')).not.toContain('/**');
});
