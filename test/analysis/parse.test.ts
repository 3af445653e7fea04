import { parseText } from '../../src/analysis';
import { readNumber } from '../../src/analysis/documents/scalars';

const configMap = (data: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n${data}`;
const read = (data: string): unknown => {
  const { documents, findings } = parseText(configMap(data), 'a.yaml');
  expect(findings).toEqual([]);
  return documents[0]!.object.data;
};
const complaints = (text: string, file: string = 'a.yaml'): string[] => parseText(text, file).findings.map(({ id, where, message }) => `${id} ${where.line}:${where.column} ${message}`);

describe('scalars are what Kubernetes reads', () => {
  // The expected values are those of sigs.k8s.io/yaml: YAML 1.1 booleans, Go's integers, no base 60, timestamps as text.
  test.each([
    ['yes', true], ['On', true], ['y', true], ['n', false], ['NO', false], ['off', false], ['true', true], ['TRUE', true], ['tRUE', 'tRUE'],
    ['~', null], ['', null], ['Null', null], ['0777', 511], ['0o17', 15], ['0x1F', 31], ['0b101', 5], ['-0b101', -5], ['1_000', 1000], ['08', 8], ['+12', 12], ['-12', -12],
    ['12:30:45', '12:30:45'], ['190:20', '190:20'], ['2024-01-01', '2024-01-01'], ['2024-01-01T10:00:00Z', '2024-01-01T10:00:00Z'],
    ['1e3', 1000], ['1.5', 1.5], ['.5', 0.5], ['1.', 1], ['1.2.3', '1.2.3'], ['1e', '1e'], ['0x', '0x'], ['10.0.0.1', '10.0.0.1'], ['-x', '-x'], ['.', '.'], ['"yes"', 'yes'], ["'1'", '1'],
    ['!!str 12', '12'], ['!!int "12"', 12], ['1.0', 1], ['5m', '5m'], ['=', '='], ['<<', '<<'],
    ['1e400', '1e400'], ['9'.repeat(400), '9'.repeat(400)], ['!vault 80', '80'], ['!!js/function x', 'x'], ['!list [1]', [1]], ['!map { b: yes }', { b: true }],
  ])('%s', (text, value) => {
    expect(read(`  a: ${text}`)).toEqual({ a: value });
  });

  test('special floats', () => {
    expect([readNumber('.inf'), readNumber('-.Inf'), readNumber('.NaN'), readNumber('.naN')]).toEqual([Infinity, -Infinity, NaN, undefined]);
  });

  test('keys become text', () => {
    expect(read('  "null": a\n  "[a]": b')).toEqual({ 'null': 'a', '[a]': 'b' });
    expect(read('  a: { "~": "[b]: c", d: [null] }')).toEqual({ a: { '~': '[b]: c', 'd': [null] } });
    expect(read('  on: a\n  1: b\n  0x10: c\n  2024-01-01: d')).toEqual({ true: 'a', 1: 'b', 16: 'c', '2024-01-01': 'd' });
  });

  test('anchors, aliases and merges', () => {
    expect(read('  a: &x { k: v, l: w }\n  b: *x\n  c: { <<: *x, l: z }')).toEqual({ a: { k: 'v', l: 'w' }, b: { k: 'v', l: 'w' }, c: { k: 'v', l: 'z' } });
  });
});

describe('documents', () => {
  const two = 'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n';

  test.each([
    ['empty text', '', 0], ['only comments', '# a\n---\n# b\n---\n', 0], ['byte order mark', `\ufeff${two}`, 1], ['carriage returns', `${two}---\n${two}`.replaceAll('\n', '\r\n'), 2],
    ['separator with a comment', `--- # first\n${two}--- # second\n${two}`, 2], ['directive', `%YAML 1.1\n---\n${two}`, 1], ['end marker', `${two}...\n---\n${two}`, 2],
    ['separator inside of a block text', `${two}spec:\n  a: |\n    ---\n    b\n`, 1], ['null document', `null\n---\n${two}`, 1], ['JSON', '{"apiVersion":"v1","kind":"Pod"}', 1], ['no line end', two.trimEnd(), 1],
    ['nested lists', '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"PodList","items":[{},{}]}]}', 2], ['empty list', 'apiVersion: v1\nkind: List\nitems: []', 0],
  ])('%s', (_, text, count) => {
    const parsed = parseText(text, 'a.yaml');
    expect(parsed.findings).toEqual([]);
    expect(parsed.documents).toHaveLength(count);
  });

  test('positions count from the top of the file, through separators, lists and aliases', () => {
    const text = `# head\n${two}---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: &m\n    name: b\n- apiVersion: v1\n  kind: Pod\n  metadata: *m\n  spec: { "a": [1,\n    2] }\n`;
    const { documents } = parseText(text, 'a.yaml');
    expect(documents.map((document) => document.locate!(['metadata', 'name']))).toEqual([{ line: 4, column: 13 }, { line: 12, column: 5 }, { line: 12, column: 5 }]);
    expect(documents[2]!.locate!(['spec', 'a', 1])).toEqual({ line: 17, column: 5 });
    expect(documents[2]!.locate!(['spec', 'missing', 'deeper'])).toEqual({ line: 16, column: 3 });
    expect(documents[2]!.locate!([])).toEqual({ line: 13, column: 3 });
  });

  test('a merged field is found where it is written', () => {
    const { documents } = parseText(`${two}x: &d\n  app: a\ny: { <<: *d }\n`, 'a.yaml');
    expect(documents[0]!.locate!(['y', 'app'])).toEqual({ line: 5, column: 3 });
  });
});

describe('unreadable documents', () => {
  test.each([
    ['a scalar', 'just text', ['NS0010 1:1 This document is no Kubernetes object: it is not a mapping']],
    ['a list', '- a\n- b', ['NS0010 1:1 This document is no Kubernetes object: it is not a mapping']],
    ['neither field', '# c\n\na: b', ['NS0010 3:1 This document is no Kubernetes object: it has no apiVersion and no kind']],
    ['kind is a number', 'apiVersion: v1\nkind: 3', ['NS0010 1:1 This document is no Kubernetes object: it has no kind']],
    ['unclosed quote', 'apiVersion: "v1\nkind: Pod', ['NS0010 2:1 This document is not valid YAML: unexpected end of the stream within a double quoted scalar']],
    ['second of three', `${configMap('  a: "1"')}\n---\na: [\n---\n${configMap('  a: "1"')}`, ['NS0010 7:1 This document is not valid YAML: unexpected end of the stream within a flow collection']],
    ['NUL bytes', 'apiVersion: v1\0', ['NS0010 1:1 This is no text file: it holds NUL bytes']],
    ['key twice in JSON', '{"apiVersion":"v1","kind":"Pod",\n "spec":{"a":1,"b":{"a":2},\n  "a":3}}', ['NS0010 3:3 The key "a" stands twice in one object']],
    ['key twice in YAML', configMap('  a: "1"\n  b: "2"\n  a: "3"'), ['NS0010 7:3 The key a stands twice in one mapping']],
    ['unknown alias', 'apiVersion: *x', ['NS0010 1:15 This document is not valid YAML: unidentified alias "x"']],
    ['null as a key', configMap('  a: b\n  ~: c'), ['NS0010 6:3 A key is null, and only text can be one']],
    ['a list as a key', configMap('  [a]: b'), ['NS0010 5:3 A key is a list, and only text can be one']],
    ['a template that nobody filled in', configMap('  {{ .Values.name }}: b'), ['NS0010 5:3 This is a template and no manifest yet: {{ }} is filled in when the chart is rendered']],
    ['item that is no object', 'apiVersion: v1\nkind: List\nitems:\n- 3', ['NS0010 4:3 items[0] of this List is no Kubernetes object']],
  ])('%s', (_, text, expected) => {
    expect(complaints(text)).toEqual(expected);
  });

  test('truncated JSON', () => {
    expect(complaints('{"apiVersion": "v1",\n "kind": ', 'a.json')).toEqual(['NS0010 2:1 This document is not valid YAML: unexpected end of the stream within a flow collection']);
  });

  test('aliases that explode, and one that contains itself', () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (const [before, name] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi'].map((pair) => [...pair] as [string, string])) lines.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`);
    expect(complaints(`apiVersion: v1\nkind: Pod\n${lines.join('\n')}`)).toEqual(['NS0010 1:1 This document cannot be read: its aliases stand for more than 2000000 nodes']);
    expect(complaints('apiVersion: v1\nkind: Pod\na: &a { b: *a }')).toEqual(['NS0010 1:1 This document cannot be read: an anchor contains itself']);
  });

  test('ten thousand levels', () => {
    expect(complaints(`apiVersion: v1\nkind: Pod\na: ${'['.repeat(10_000)}${']'.repeat(10_000)}`)).toEqual(['NS0010 1:1 This document is nested too deeply to be read']);
  });

  test('foreign JSON is passed over in folders only', () => {
    expect(parseText('{"name":"x"}', 'package.json', { skipForeignJson: true })).toEqual({ documents: [], findings: [] });
    expect(complaints('{"name":"x"}', 'package.json')).toHaveLength(1);
  });
});
