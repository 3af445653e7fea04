import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, netstack } from './netstack';

const WIDGETS = readFileSync(join(__dirname, '../analysis/crds/widgets.yaml'), 'utf8');
const { put } = inFolder();

test('definitions of a folder give schemas, and are no documents', async () => {
  put('crds/widgets.yaml', WIDGETS);
  put('a.yaml', 'apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: a }\nspec: { size: huge }\n');
  const { code, out } = await netstack(['validate', '-f', 'a.yaml', '--crds', 'crds']);
  expect(code).toBe(2);
  expect(out).toContain('error NS0014  Widget a: "huge" is not one of small, large\n');
  expect(out).toContain('1 document, 1 finding: 1 error\n');
  put('a.yaml', 'apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: a }\nspec: { size: small }\n');
  expect(await netstack(['validate', '-f', 'a.yaml', '--crds', 'crds'])).toEqual({ code: 0, out: '1 document, no findings\n', err: '' });
});

test('as JSON, and from netstack.yaml', async () => {
  put('crds/widgets.json', JSON.stringify({
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com', scope: 'Namespaced', names: { plural: 'widgets', kind: 'Widget' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } } } }],
    },
  }));
  put('netstack.yaml', 'crds: [crds]\n');
  put('a.yaml', 'apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: a }\nspec: { size: huge }\n');
  expect((await netstack(['validate', '-f', 'a.yaml'])).out).toContain('error NS0012  Widget a: A string stands where an integer belongs: "huge"\n');
});

test('a definition that is wrong is told at its place', async () => {
  put('crds/widgets.yaml', WIDGETS.replace('type: integer, default: 1', 'type: integer, default: one'));
  put('a.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
  const { code, out } = await netstack(['validate', '-f', 'a.yaml', '--crds', 'crds']);
  expect(code).toBe(2);
  expect(out).toContain('crds/widgets.yaml:36:39');
});

test.each([
  ['no folder', 'nope', '"nope" cannot be read: it does not exist: give a file or folder of manifests that exists.\n'],
  ['nothing that is a definition', 'other', 'No custom resource definition in other: give files or folders of definitions.\n'],
])('%s', async (_, folder, sentence) => {
  put('other/a.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
  put('a.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
  const { code, err } = await netstack(['validate', '-f', 'a.yaml', '--crds', folder]);
  expect(code).toBeGreaterThan(0);
  expect(err).toBe(sentence);
});
