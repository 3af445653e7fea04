// Definitions of the user's own: kinds without a shipped schema are held against them as the API server would, and they themselves to what it asks of definitions.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseText, SchemaStore, validate } from '../../../src/analysis';
import type { ManifestDocument, ValidateOptions } from '../../../src/analysis';
import { readDefinition } from '../../../src/analysis/crds/definition';
import { resolveTargets } from '../../../src/core/targets';

const WIDGETS = readFileSync(join(__dirname, 'widgets.yaml'), 'utf8');

const read = (text: string, file: string = 'a.yaml'): readonly ManifestDocument[] => {
  const { documents, findings } = parseText(text, file);
  expect(findings).toEqual([]);
  return documents;
};

const say = (documents: readonly ManifestDocument[], options: ValidateOptions = {}): string[] => validate(documents, { rules: [], ...options })
  .map(({ id, severity, where, message, fix }) => `${severity} ${id} ${where.field}: ${message}${fix === undefined ? '' : `; ${fix}`}`);

const widget = (spec: string, version: string = 'v1', more: string = ''): string => `apiVersion: example.com/${version}\nkind: Widget\nmetadata: { name: a${more} }\nspec: ${spec}\n`;

/** What is said of a widget whose definition stands beside it. */
const said = (text: string): string[] => say(read(`${text}---\n${WIDGETS}`));

describe('objects of a kind that the documents define', () => {
  test('are taken when they are right', () => {
    expect(said(widget('{ size: small, min: 3, port: 8080, name: aaa, note: null, free: { a: { b: 1 } }, labels: { a: b } }', 'v1', ', labels: { a: b }'))).toEqual([]);
  });

  test.each<[what: string, spec: string, expected: string]>([
    ['a field that is not known', '{ size: small, sise: 1 }', 'error NS0011 spec.sise: There is no field sise here; did you mean size?'],
    ['a required field', '{ min: 1 }', 'error NS0013 spec.size: The required field size is missing; give size, one of small, large'],
    ['a value', '{ size: huge }', 'error NS0014 spec.size: "huge" is not one of small, large'],
    ['an integer or a string', '{ size: small, port: true }', 'error NS0012 spec.port: A boolean stands where an integer or a string belongs: true'],
    ['a set', '{ size: small, tags: [a, a] }', 'error NS0015 spec.tags[1]: The item "a" stands twice in a list that is a set; keep one of them'],
    ['a map of items', '{ size: small, rules: [{ id: a }, { id: a }] }', 'error NS0015 spec.rules[1]: Two items of this list have id a, and id must tell them apart; keep one of them'],
    ['an embedded resource', '{ size: small, template: { apiVersion: v1, kind: Pod, metadata: { name: x, lables: {} } } }',
      'error NS0011 spec.template.metadata.lables: There is no field lables in metadata; did you mean labels?'],
    ['a rule, with the words of the definition', '{ size: small, min: 11 }', 'error NS0016 spec.min: Min is above max'],
    ['a pattern', '{ size: small, name: aab }', 'error NS0014 spec.name: "aab" does not match ^(a+)+$'],
  ])('%s', (_, spec, expected) => {
    expect(said(widget(spec))).toEqual([expected]);
  });

  test('a pattern that explodes elsewhere takes no time', () => {
    expect(said(widget(`{ size: small, name: ${'a'.repeat(100_000)}b }`))).toEqual([
      'error NS0014 spec.name: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…" (100001 characters) does not match ^(a+)+$',
    ]);
  });

  test('a name that the definition restricts', () => {
    expect(said(widget('{ size: small }').replace('name: a', 'name: abcdefghijk'))).toEqual(['error NS0014 metadata.name: The text has 11 characters, at most 10 are allowed']);
  });

  test('status is dropped where it is a sub-resource, and held against the schema where not', () => {
    expect(said(`${widget('{ size: small }')}status: { anything: 1 }\n`)).toEqual([]);
    expect(said(`${widget('{ old: a }', 'v1beta1')}status: { anything: 1 }\n`)).toEqual([
      'warning NS0022 apiVersion: Widget of example.com/v1beta1 is deprecated: v1 is out; write apiVersion: example.com/v1',
      'error NS0011 status: There is no field status here; remove it; known here: spec',
    ]);
  });

  test('versions that are not served', () => {
    expect(said(widget('{ size: small }', 'v1alpha1'))).toEqual(['error NS0017 apiVersion: The definition of Widget in a.yaml has example.com/v1alpha1, and does not serve it; write apiVersion: example.com/v1']);
    expect(said(widget('{ old: a, size: small }', 'v2'))).toEqual([
      'error NS0017 apiVersion: The definition of Widget in a.yaml has no version v2; write apiVersion: example.com/v1',
      'error NS0018 spec.old: The field old is of example.com/v1beta1, not of v1; leave it out, or write apiVersion: example.com/v1beta1',
    ]);
  });

  test('a definition of one cluster says nothing of another', () => {
    const [object, definition] = read(`${widget('{ size: huge }')}---\n${WIDGETS}`);
    expect(say([{ ...object!, cluster: 'beijing' }, { ...definition!, cluster: 'shanghai' }])).toEqual(['info NS0023 kind: No schema is known for Widget of example.com/v1, so one object was not checked']);
    expect(say([{ ...object!, cluster: 'beijing' }, { ...definition!, cluster: 'beijing' }])).toEqual(['error NS0014 spec.size: "huge" is not one of small, large']);
  });

  test('objects of the whole cluster are the same in any namespace', () => {
    const twins = `${widget('{ size: small }', 'v1', ', namespace: x')}---\n${widget('{ size: small }', 'v1', ', namespace: z')}---\n`;
    expect(say(read(twins + WIDGETS))).toEqual([]);
    expect(say(read(twins + WIDGETS.replace('scope: Namespaced', 'scope: Cluster')))).toEqual([
      'error NS0019 metadata.name: This object stands twice: first in a.yaml:3, and the later one overwrites it; rename or remove one of them',
    ]);
  });

  test('for a kind that is shipped the shipped schema stays', () => {
    expect(say(read(`apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: a }\nspec: { odd: 1 }\n---\n${HTTP_ROUTES}`))).toEqual([
      'error NS0011 spec.odd: There is no field odd here; remove it; known here: hostnames, parentRefs, rules',
    ]);
  });
});

const HTTP_ROUTES = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: httproutes.gateway.networking.k8s.io, annotations: { api-approved.kubernetes.io: "https://example.com/1" } }
spec:
  group: gateway.networking.k8s.io
  scope: Namespaced
  names: { plural: httproutes, kind: HTTPRoute }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { odd: { type: integer } } } } } } }]
`;

describe('definitions that are given', () => {
  test('stand in place of shipped ones, and beside them', () => {
    const definitions = read(HTTP_ROUTES, 'crds/routes.yaml');
    const gateway = 'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: a }\nspec: { gatewayClassName: a, listeners: [{ name: a, port: 80, protocol: HTTP }], odd: 1 }';
    expect(say(read(`apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: a }\nspec: { odd: 1, rules: [] }\n---\n${gateway}`), { definitions })).toEqual([
      'error NS0011 spec.rules: There is no field rules here; remove it; known here: odd',
      'error NS0011 spec.odd: There is no field odd here; remove it; known here: addresses, allowedListeners, gatewayClassName, infrastructure, listeners, tls',
    ]);
    expect(say(read('apiVersion: gateway.networking.k8s.io/v1beta1\nkind: HTTPRoute\nmetadata: { name: a }\nspec: {}'), { definitions })).toEqual([
      'error NS0017 apiVersion: The definition of HTTPRoute in crds/routes.yaml has no version v1beta1; write apiVersion: gateway.networking.k8s.io/v1',
    ]);
  });

  test('win over those among the documents', () => {
    const definitions = read(WIDGETS.replace('[small, large]', '[huge]'), 'crds/widgets.yaml');
    expect(say(read(`${widget('{ size: huge }')}---\n${WIDGETS}`), { definitions })).toEqual([]);
  });

  test('are no objects of the system, and other objects among them are passed over', () => {
    const definitions = read(`${WIDGETS}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nodd: 1\n`, 'crds/all.yaml');
    expect(say([], { definitions })).toEqual([]);
  });

  test('that are wrong are told once, and their kinds have no schema', () => {
    const broken = read(WIDGETS.replace('^(a+)+$', '(?=a)'), 'crds/widgets.yaml');
    const finding = 'error NS0020 spec.versions[2].schema.openAPIV3Schema.properties.spec.properties.name.pattern: The pattern "(?=a)" is no regular expression: it has a look-around; '
      + 'write it as Go reads it: https://github.com/google/re2/wiki/Syntax';
    expect(say(read(widget('{ size: huge }')), { definitions: broken })).toEqual([finding, 'info NS0023 kind: No schema is known for Widget of example.com/v1, so one object was not checked']);
    expect(say(broken, { definitions: broken })).toEqual([finding]);
  });

  test('of a version that is gone', () => {
    const old = read(WIDGETS.replace('apiextensions.k8s.io/v1', 'apiextensions.k8s.io/v1beta1'), 'crds/widgets.yaml');
    expect(say([], { definitions: old })).toEqual([
      'error NS0017 apiVersion: Kubernetes 1.35 does not serve CustomResourceDefinition of apiextensions.k8s.io/v1beta1: it was removed in Kubernetes 1.22; write apiVersion: apiextensions.k8s.io/v1',
    ]);
  });

  test('can be laid over a store', () => {
    const [definition] = read(WIDGETS);
    const store = SchemaStore.shipped().with([readDefinition(definition!.object, 'widgets.yaml')]);
    expect(store.find('example.com', 'v1', 'Widget', resolveTargets())).toMatchObject({ line: 'widgets.yaml', scope: 'Namespaced', dropsStatus: true, native: false });
    expect(store.find('example.com', 'v1alpha1', 'Widget', resolveTargets())).toBeUndefined();
    expect(SchemaStore.shipped().kind('example.com', 'Widget')).toBeUndefined();
    expect(Object.keys(store.kind('example.com', 'Widget')!.versions)).toEqual(['v1', 'v1beta1', 'v1alpha1']);
  });
});

describe('what the API server asks of a definition', () => {
  const schema = 'spec.versions[2].schema.openAPIV3Schema';
  const spec = `${schema}.properties.spec`;
  test.each<[from: string, to: string, expected: string]>([
    ['name: widgets.example.com', 'name: widget.example.com', 'metadata.name: The name "widget.example.com" is not plural and group, widgets.example.com; name it widgets.example.com'],
    ['scope: Namespaced', 'scope: namespaced', 'spec.scope: The scope "namespaced" is not one of Cluster, Namespaced; did you mean Namespaced?'],
    ['kind: Widget }', 'kind: Widget, listKind: Widget }', 'spec.names.listKind: Kind and listKind are the same; write WidgetList'],
    ['kind: Widget }', 'kind: Widget, shortNames: [W] }',
      'spec.names.shortNames[0]: The short name "W" is not a DNS label that begins with a letter: at most 63 lower-case letters, digits and "-"'],
    ['storage: true', 'storage: false', 'spec.versions: No version is stored, and exactly one must be; write storage: true at one version'],
    ['name: v1beta1', 'name: v1', 'spec.versions[2].name: The version "v1" stands twice; remove one'],
    ['deprecated: true', 'deprecated: false', 'spec.versions[1].deprecationWarning: Only a deprecated version has a warning; write deprecated: true, or remove it'],
    ['subresources: { status: {} }', 'subresources: { status: {}, scale: { specReplicasPath: spec.a, statusReplicasPath: .status.a } }',
      'spec.versions[2].subresources.scale.specReplicasPath: "spec.a" is no path below .spec.; write a path such as .spec.replicas'],
    ['subresources: { status: {} }', 'additionalPrinterColumns: [{ name: a, type: text, jsonPath: .a }]',
      'spec.versions[2].additionalPrinterColumns[0].type: The type "text" is not one of boolean, date, integer, number, string'],
    ['scope: Namespaced', 'scope: Namespaced\n  preserveUnknownFields: true',
      'spec.preserveUnknownFields: PreserveUnknownFields must be false; write x-kubernetes-preserve-unknown-fields: true into the schema'],
    ['scope: Namespaced', 'scope: Namespaced\n  conversion: { strategy: Webhook, webhook: { clientConfig: { url: "http://a" }, conversionReviewVersions: [v1] } }',
      'spec.conversion.webhook.clientConfig.url: The address "http://a" does not begin with https://; write https://'],
    ['required: [spec]', 'oneOf: [{ required: [spec] }]', `${schema}.oneOf: OneOf may not stand at the root of a schema whose status is a sub-resource; write it below a property, such as spec`],
    ['size: { type: string,', 'size: {', `${spec}.properties.size.type: The field must have a type; write type, or x-kubernetes-preserve-unknown-fields: true`],
    ['size: { type: string,', 'size: { type: text,', `${spec}.properties.size.type: The type "text" is not one of array, boolean, integer, number, object, string`],
    ['min: { type: integer, default: 1 }', 'min: { type: integer, default: one }',
      `${spec}.properties.min.default: The default is not what its own schema allows: a string stands where an integer belongs: "one"; remove the quotes, or give the value itself`],
    ['min: { type: integer, default: 1 }', 'min: { type: integer, oneOf: [{ type: integer }] }',
      `${spec}.properties.min.oneOf[0].type: Type may not stand inside of allOf, anyOf, oneOf or not; write it outside, where the structure is`],
    ['additionalProperties: { type: string }', 'additionalProperties: { type: string }, properties: { a: { type: string } }',
      `${spec}.properties.labels.additionalProperties: Properties and additionalProperties may not stand together; keep one of them`],
    ['x-kubernetes-list-map-keys: [id]', 'x-kubernetes-list-map-keys: [ident]', `${spec}.properties.rules.x-kubernetes-list-map-keys: The key ident is no property of the items; name a property of the items`],
    ['required: [id], properties', 'properties', `${spec}.properties.rules.items.properties.id.default: The key id must be required or have a default; write required: [id]`],
    ['x-kubernetes-list-type: set, items: { type: string }', 'x-kubernetes-list-type: set, items: { type: object, properties: { a: { type: string } } }',
      `${spec}.properties.tags.items.x-kubernetes-map-type: The objects of a set must be atomic; write x-kubernetes-map-type: atomic`],
    ['x-kubernetes-list-type: set', 'uniqueItems: true', `${spec}.properties.tags.uniqueItems: UniqueItems is not supported; write x-kubernetes-list-type: set`],
    ['free: { type: object,', 'free: { type: object, $ref: "#/a",', `${spec}.properties.free.$ref: $ref is not supported; write the schema out`],
    ['maxLength: 10 } }', 'maxLength: 10 }, labels: { type: object } }', `${schema}.properties.metadata: The schema of metadata says more than about name and generateName: labels; write metadata: { type: object }`],
    ['self.min <= self.max', 'self.min <= <= self.max',
      `${spec}.x-kubernetes-validations[0].rule: The rule is no expression: <= stands where a value belongs; write it in CEL: https://kubernetes.io/docs/reference/using-api/cel/`],
    ['self.min <= self.max', 'self.min <= self.most', `${spec}.x-kubernetes-validations[0].rule: The rule "self.min <= self.most" is wrong: there is no field most in the schema; mend the expression, or the schema`],
    ['self.min <= self.max', 'size(self.size)', `${spec}.x-kubernetes-validations[0].rule: The rule "size(self.size)" is wrong: it gives a number, and must give a boolean; mend the expression, or the schema`],
    ['fieldPath: ".min"', 'fieldPath: ".mean"', `${spec}.x-kubernetes-validations[0].fieldPath: The path ".mean" leads to no field of the schema; write a path such as .spec.name`],
    ['fieldPath: ".min"', 'reason: Invalid', `${spec}.x-kubernetes-validations[0].reason: The reason "Invalid" is not one of FieldValueDuplicate, FieldValueForbidden, FieldValueInvalid, FieldValueRequired`],
    ['items: { type: string } }', 'items: { type: string, x-kubernetes-validations: [{ rule: self == oldSelf }] } }',
      `${spec}.properties.tags.items.x-kubernetes-validations[0].rule: OldSelf cannot be known here, below a list whose items have no identity; move the rule up, or make the list one of type map`],
  ])('%s -> %s', (from, to, expected) => {
    expect(WIDGETS).toContain(from);
    expect(say(read(WIDGETS.replace(from, to)))).toEqual([`error NS0020 ${expected}`]);
  });

  test('a group is a domain, and names the definition', () => {
    expect(say(read(WIDGETS.replace('group: example.com', 'group: example')))).toEqual([
      'error NS0020 metadata.name: The name "widgets.example.com" is not plural and group, widgets.example; name it widgets.example',
      'error NS0020 spec.group: The group "example" has no dot; write a domain of your own, such as example.com',
    ]);
  });

  test('a protected group needs an approval', () => {
    const text = WIDGETS.replaceAll('example.com', 'example.k8s.io');
    expect(say(read(text))).toEqual([
      'error NS0020 metadata.annotations["api-approved.kubernetes.io"]: The group example.k8s.io is protected, and needs the annotation api-approved.kubernetes.io; '
      + 'write the address of the approval, or a text that begins with "unapproved"',
    ]);
    expect(say(read(text.replace('name: widgets.example.k8s.io', 'name: widgets.example.k8s.io, annotations: { api-approved.kubernetes.io: "unapproved, a test" }')))).toEqual([]);
  });

  test('a definition of nonsense is told, and nothing breaks', () => {
    const object = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'a.example.com' }, spec: {
      group: 'example.com', scope: 'Cluster', names: { plural: 'a', kind: 'A' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: [1], allOf: 'x', items: null, 'x-kubernetes-validations': [null, 'a'], anyOf: [null] } } }],
    } };
    expect(say([{ object }]).length).toBeGreaterThan(0);
  });
});
