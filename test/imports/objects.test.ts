// A minimal and a full object of every kind: made from its schema, put through its class, held against its schema; and the committed output as a whole.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import type { ApiObjectProps } from 'cdk8s';
import { IMPORTS, againstLock, listFiles, parse, readCommitted } from '../../tools/imports/committed';
import { className } from '../../tools/imports/names';
import type { NodeRef } from '../../tools/imports/node';
import { mapChildren } from '../../tools/imports/node';
import { Shapes } from '../../tools/imports/shape';
import { generateTypeScript, typeLine } from '../../tools/imports/typescript';
import { sample } from './sample';
import { refusals } from './structural';

const files = readCommitted();
const schemas = parse(files);
const groups = [...schemas.groups];

type Class = new (scope: Chart, id: string, props: object) => ApiObject;

test('imports/ holds what the generator makes of the committed schemas, and nothing else', () => {
  const wanted = generateTypeScript(schemas);
  expect(listFiles(IMPORTS)).toEqual([...files.keys(), ...wanted.keys()].sort());
  for (const [name, text] of wanted) expect([name, fs.readFileSync(path.join(IMPORTS, name), 'utf8') === text]).toEqual([name, true]);
  expect(againstLock(schemas)).toEqual([]);
});

test.each(groups)('%s: every object is accepted by its schema, and synthesizes as it was given', (label, group) => {
  const shapes = new Shapes(group.nodes);
  const chart = new Chart(new App(), 'c', { namespace: 'ns' });
  const indexed = schemas.index.groups[label]!.kinds;
  for (const [kind, versions] of Object.entries(group.kinds)) {
    for (const [version, lines] of Object.entries(versions)) {
      const { lines: served } = indexed[kind]!.versions[version]!;
      const newest = served.length ? typeLine(served) : undefined;
      for (const [line, { schema }] of Object.entries(lines)) {
        for (const mode of ['minimal', 'full'] as const) {
          const body = sample(schema, group.nodes, shapes, mode);
          const apiVersion = group.group ? `${group.group}/${version}` : version;
          const object = { apiVersion, kind, metadata: {}, ...body };
          expect([kind, version, line, mode, refusals(structuredClone(object), schema, group.nodes)]).toEqual([kind, version, line, mode, []]);
          if (line !== newest) continue;
          // eslint-disable-next-line @typescript-eslint/no-require-imports -- which module is known at run time only
          const module = require(path.join(IMPORTS, label, version)) as Record<string, Class>;
          const made = new module[className(kind, line.startsWith('kubernetes@'), version)]!(chart, `${kind}-${version}-${mode}`, { metadata: { name: 'a' }, ...body });
          const namespace = indexed[kind]!.scope === 'Namespaced' ? { namespace: 'ns' } : {};
          // What cdk8s itself makes of the same object: it leaves out what is empty.
          const stock = new ApiObject(chart, `${kind}-${version}-${mode}-stock`, { apiVersion, kind, ...body } as ApiObjectProps).toJson() as Record<string, unknown>;
          expect(made.toJson()).toEqual({ ...stock, metadata: { name: 'a', ...namespace } });
        }
      }
    }
  }
});

test('what a schema does not allow is refused: a field too many, one missing, a value out of its list', () => {
  const group = schemas.groups.get('gateway.networking.k8s.io')!;
  const root = group.kinds.Gateway!.v1!['gateway-api@1.2.1/standard']!.schema;
  const refused = (spec: object): string[] => refusals({ apiVersion: 'a', kind: 'Gateway', metadata: {}, spec }, root, group.nodes);
  const listener = { name: 'a', port: 80, protocol: 'HTTP' };
  expect(refused({ gatewayClassName: 'a', listeners: [listener] })).toEqual([]);
  expect(refused({ gatewayClassName: 'a', listeners: [listener], extra: 1 })).toEqual(['.spec: extra is unknown']);
  expect(refused({ listeners: [listener] })).toEqual(['.spec: gatewayClassName is missing']);
  expect(refused({ gatewayClassName: 'a', listeners: [{ ...listener, tls: { mode: 'None' } }] })).toEqual(['.spec.listeners[0].tls.mode: "None" is not in ["Terminate","Passthrough"]']);
});

test('every id resolves, and every node is used', () => {
  for (const [label, { nodes, kinds }] of groups) {
    const used = new Set<string>();
    const visit = (ref: NodeRef): NodeRef => {
      if (typeof ref === 'string') {
        expect([label, ref, nodes[ref] !== undefined]).toEqual([label, ref, true]);
        if (used.has(ref)) return ref;
        used.add(ref);
        mapChildren(nodes[ref]!, visit);
      } else {
        mapChildren(ref, visit);
      }
      return ref;
    };
    for (const versions of Object.values(kinds)) for (const lines of Object.values(versions)) for (const { schema } of Object.values(lines)) visit(schema);
    expect([label, Object.keys(nodes).filter((id) => !used.has(id))]).toEqual([label, []]);
  }
});

test('the volume is what upstream publishes', () => {
  const all = Object.values(schemas.index.groups).flatMap((group) => Object.values(group.kinds));
  const versions = all.flatMap((kind) => Object.values(kind.versions));
  expect({
    documents: schemas.lock.length, groups: groups.length, kinds: all.length, versions: versions.length, clusterScoped: all.filter((kind) => kind.scope === 'Cluster').length,
    sometimesUnserved: versions.filter(({ unserved }) => unserved).length, deprecated: versions.flatMap(({ deprecatedIn }) => deprecatedIn ?? []).length,
  }).toEqual({ documents: 416, groups: 46, kinds: 263, versions: 330, clusterScoped: 97, sometimesUnserved: 5, deprecated: 50 });
  for (const { name, upstream } of schemas.lock) expect([name, upstream.repo.includes('/') && (/^[0-9a-f]{40}$/.test(upstream.commit ?? '') || upstream.module !== undefined)]).toEqual([name, true]);
});
