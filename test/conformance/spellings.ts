// Is a text read as the API server reads it? Spellings of scalars, keys and layouts that YAML 1.1, YAML 1.2, Go's reader and JavaScript's take for different things, each where a
// text, a number, a boolean and a key belong: the server is sent the text itself, and must take exactly those that validation takes.
import { latestTargets } from '../../src/analysis/targets/upgrade';
import { saidOf } from './forms';
import { judge } from './engines/kube-apiserver/judge';

const SCALARS: readonly string[] = [
  'a', '"a"', "'a'", 'yes', 'Yes', 'YES', 'yEs', 'no', 'on', 'On', 'off', 'OFF', 'y', 'Y', 'n', 'N', 'true', 'True', 'TRUE', 'tRUE', 'false', '~', 'null', 'Null', 'NULL', '', '0', '1', '-1', '+1', '80', '080', '0777', '0o17', '0O17',
  '0x1F', '0X1f', '0b101', '-0b11', '1_000', '0x_1', '08', '09', '1.0', '1.', '.5', '80.0', '80.5', '8e1', '8E1', '8e+1', '1e3', '1e', '1e400', '.inf', '-.inf', '.nan', '.NaN', 'inf', 'NaN', '12:30', '12:30:45', '190:20:30', '2026-01-01',
  '2026-01-01T10:00:00Z', '2026-01-01 10:00:00', '0x', '0b', '-', '--', '=', '<<', '1,000', '"80"', "'true'", '!!str 80', '!!int "80"', '!!bool "yes"', '!!str true', '!!float 80', '!!null ""', '99999999999999999999', '-99999999999999999999',
  '18446744073709551615', '9223372036854775807', '9223372036854775808', '2147483648', '|\n    80', '>\n    true', '>-\n    a\n    b', '"\\u0038"', '"8\\x30"', '[80]', '{ a: 80 }', '&x 80', '!custom a', '@a', '`a', '%a', '"a\\qb"', '"a', '\ta', 'a: b', 'a #b',
  'a#b', '- a', '? a', '*x', '*', '*a.example.com', '"*"',
];

const KEYS: readonly string[] = ['a', '"a"', 'yes', 'on', '1', '0x10', '1.5', 'true', '~', 'null', '2026-01-01', '? a\n ', '"a b"', '<<', '"<<"', '[a]', '{a: b}', '!!str 1', '.inf', '99999999999999999999'];

const text = (value: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\ndata:\n  a: ${value}\n`;
const number = (value: string): string => `apiVersion: v1\nkind: Service\nmetadata: { name: a, namespace: generated }\nspec:\n  clusterIP: None\n  ports:\n  - port: ${value}\n`;
const boolean = (value: string): string => `apiVersion: v1\nkind: Service\nmetadata: { name: a, namespace: generated }\nspec:\n  clusterIP: None\n  ports: [{ port: 80 }]\n  publishNotReadyAddresses: ${value}\n`;
const label = (value: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: generated\n  labels:\n    a: ${value.replaceAll('\n    ', '\n      ')}\n`;
const key = (value: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\ndata:\n  ${value}: b\n`;
const custom = (value: string): string => `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: a, namespace: generated }\nspec:\n  rules:\n  - backendRefs:\n    - name: a\n      port: ${value.replaceAll('\n    ', '\n        ')}\n`;

/** Layouts of a whole document. */
const LAYOUTS: readonly string[] = [
  'apiVersion: v1\nkind: ConfigMap\nmetadata: &m { name: a, namespace: generated }\ndata: { a: "1", a: "2" }\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\ndata: { yes: a, "true": b }\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\ndata: { 1: a, "1": b }\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\nx: &d { b: c }\ndata: { <<: *d, a: b }\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated, labels: &d { b: c } }\ndata: { <<: *d, b: d }\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated, labels: &d { b: c } }\ndata:\n  <<: [*d, *d]\n  e: f\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\ndata:\n  <<: { a: b }\n  <<: { c: d }\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\ndata:\n\ta: b\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\ndata:\n  a: b\n c: d\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\ndata:\n  a: |\n   b\n  c\n',
  '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"generated"},"data":{"a":"b"}}',
  '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"generated"},"data":{"a":"b","a":"c"}}',
  '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"generated"},"data":{"a":"b",}}',
  "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: generated}, data: {a: 'it''s'}}",
  '%YAML 1.1\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\n',
  '%YAML 1.2\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\n',
  '# a\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\n...\n',
  '\ufeffapiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\n',
  'apiVersion: v1\r\nkind: ConfigMap\r\nmetadata: { name: a, namespace: generated }\r\n',
  'apiVersion: "v1"\nkind: \'ConfigMap\'\nmetadata: { "name": a, \'namespace\': generated }\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\ndata: { a: "b" "c" }\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\ndata: { a: b, , c: d }\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\ndata: { a, b: c }\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\ndata: { "a":b }\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\ndata: {a:b}\n',
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: generated }\ndata: *none\n',
];

/** Texts of which the two say something else on purpose. */
const NAMED: ReadonlyArray<readonly [text: RegExp, reason: string]> = [
  [/<<: (?:\*d, b: d|\[\*d, \*d\])/, 'the strict reader of the server calls a key doubled that is written over a merged one; clients merge by themselves, and it never sees that'],
  [/\{ (?:yes|1): a, "(?:true|1)": b \}/, 'two keys that become one text: the server keeps one of the two without a word'],
  [/^%YAML 1\.2/, 'directives stand in front of the line that parts documents: clients cut them off'],
  [/99999999999999999999: b/, 'a key of twenty digits is written 1e+20 by the server'],
];

/** @returns the texts of which the two say something else; prints the counts */
export async function judgeSpellings(): Promise<string[]> {
  const targets = latestTargets();
  const texts = [...SCALARS.flatMap((value) => [text, number, boolean, label, custom].map((place) => place(value))), ...KEYS.map(key), ...LAYOUTS];
  const judgements = await judge(texts.map((one) => ({ file: 'spelling', text: one, namespace: 'generated', targets, ...addressOf(one) })));
  let accepted = 0;
  const named = new Map<string, number>();
  const wrong = texts.flatMap((one, i) => {
    const { answer } = judgements[i]!;
    const said = saidOf(one, targets);
    if (answer.status === 201) accepted++;
    if ((answer.status === 201) === (said === '')) return [];
    const reason = NAMED.find(([pattern]) => pattern.test(one))?.[1];
    if (reason !== undefined) named.set(reason, (named.get(reason) ?? 0) + 1);
    return reason !== undefined ? [] : [`${JSON.stringify(one)}: the server says ${answer.status} ${answer.message.slice(0, 300)}, validation says ${said || 'nothing'}`];
  });
  console.log(`spellings: ${texts.length} texts, ${accepted} accepted by the server, ${texts.length - accepted} refused; ${wrong.length} disagreements, ${[...named.values()].reduce((sum, count) => sum + count, 0)} named differences`);
  for (const [reason, count] of named) console.log(`  ${count} of them: ${reason}`);
  return wrong;
}

function addressOf(one: string): { readonly apiVersion: string; readonly kind: string } {
  const find = (name: string): string => new RegExp(`["']?${name}["']?: ?["']?([A-Za-z0-9./]+)`).exec(one)![1]!;
  return { apiVersion: find('apiVersion'), kind: find('kind') };
}
