// Texts on which a backtracking expression takes minutes or for ever: each answer comes at once, and is the right one. Nothing is timed: a test that hangs is red.
import { parseText, validate } from '../../src/analysis';
import { compileExpression } from '../../src/analysis/cel/compile';
import { wordDurationOf } from '../../src/analysis/cel/formats';
import { SchemaTypes } from '../../src/analysis/cel/view';
import { locateInBlocks } from '../../src/analysis/documents/block-positions';
import { goDuration } from '../../src/analysis/model/durations';
import { nginxSockets } from '../../src/analysis/model/host-settings';
import { formatCheck } from '../../src/analysis/schema/formats';
import type { NodeOrId, SchemaNode } from '../../src/analysis/schema/node';
import { block } from '../../src/app/emitter/scalar';
import { instructions } from '../../src/cni/cilium/requests';
import { readHaproxy } from '../../src/formats/haproxy/read';
import { readSysctl } from '../../src/formats/sysctl/read';
import { readWireGuard } from '../../src/formats/wireguard/read';

const MANY = 2_000_000;
const isOf = (format: string, value: string): boolean => formatCheck(format, false)!(value);
const trimmed = (self: string, expected: string): unknown => {
  const type = new SchemaTypes((node: NodeOrId) => node as SchemaNode).of({ type: 'string' })!;
  return compileExpression(`self.trim() == '${expected}'`, 35).evaluate(type.wrap(self), null);
};

test.each<[string, () => unknown, unknown]>([
  ['a duration of a schema', () => isOf('duration', `${'11s'.repeat(60)}x`), true],
  ['a duration without a unit', () => isOf('duration', '1'.repeat(MANY)), false],
  ['a duration in words', () => wordDurationOf(`${'1'.repeat(MANY)} bananas 2 days`), wordDurationOf('48h')],
  ['a duration of Go', () => goDuration(`${'11s'.repeat(60)}x`), undefined],
  ['an address with zeros', () => isOf('ipv6', `::${'0'.repeat(MANY)}.0.0.1`), true],
  ['an address of dots', () => isOf('ipv6', `::${'0.'.repeat(MANY)}x`), false],
  ['a long text in base64', () => isOf('byte', 'QUJD'.repeat(10 * MANY)), true],
  ['a long text that is almost base64', () => isOf('byte', `${'QUJD'.repeat(10 * MANY)}QU!D`), false],
  ['white space of an expression', () => trimmed(` a${' '.repeat(MANY)}b `, `a${' '.repeat(MANY)}b`), true],
  ['blank lines in a manifest', () => locateInBlocks(`a:\n${'\n'.repeat(MANY)}  b: 1\n`, ['a', 'b']), { line: MANY + 2, column: 3 }],
  ['brackets on one line of a manifest', () => locateInBlocks(`a: ${'{ a: '.repeat(200_000)}1${' }'.repeat(200_000)}\nb: 1\n`, ['b']), undefined],
  ['a space that ends no line', () => locateInBlocks(`a:${' '.repeat(MANY)}b\u2028\nb: 1\n`, ['b']), { line: 2, column: 1 }],
  ['a key that stands twice', () => parseText(`{ a: 1, ${' '.repeat(MANY)}a\n : 2 }`, 'a.yaml').findings.map(({ message }) => message), ['The key stands twice in one mapping']],
  ['a socket of nginx', () => nginxSockets(`listen ${'8'.repeat(MANY)}`), []],
  ['a setting of the kernel', () => readSysctl(`a${' '.repeat(MANY)}b`), []],
  ['a comment of WireGuard', () => readWireGuard(`[Interface]\n${'#'.repeat(MANY)}\rx\nMTU =${' '.repeat(MANY)}\u2028 1280`).map(({ values }) => values.map(({ value }) => value)), [['1280']]],
  ['a comment of HAProxy', () => readHaproxy(`global\n  maxconn 5 ${'#'.repeat(MANY)}\rx`)[0]?.lines.map(({ words }) => words), [['maxconn', '5']]],
  ['a class of characters without an end', () => instructions(`[${'\\a'.repeat(60)}`) > 60, true],
  ['line breaks at the end of a text', () => block(`a\nb${'\n'.repeat(MANY)}`, '  '), `|+\n  a\n  b${'\n'.repeat(MANY - 1)}`],
])('%s', (_, answer, expected) => {
  expect(answer()).toEqual(expected);
});

test.each([
  ['nginx', 'docker.io/library/nginx:1.27.4', 'server { listen 8443 ssl;\n  ssl_early_data on;\n proxy_pass\n http://orders; }', ['NS2040 nginx takes requests in 0-RTT and does not tell its backend (no Early-Data header)']],
  ['HAProxy', 'docker.io/library/haproxy:3.2.4', 'frontend web\n  bind :443 ssl allow-0rtt', ['NS2040 HAProxy passes on requests in 0-RTT, whatever their method (no wait-for-handshake)']],
  ['HAProxy, for every bind', 'docker.io/library/haproxy:3.2.4', 'global\n  ssl-default-bind-options ssl-min-ver TLSv1.2 allow-0rtt', ['NS2040 HAProxy passes on requests in 0-RTT, whatever their method (no wait-for-handshake)']],
  ['HAProxy, in a comment', 'docker.io/library/haproxy:3.2.4', 'global\n  # ssl-default-bind-options allow-0rtt', []],
])('blank lines and long lines in a configuration of %s', (_, image, text, said) => {
  const documents = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'conf', namespace: 'shop' }, data: { conf: `${'\n'.repeat(400_000)}${'# ssl-default-bind-options '.repeat(20_000)}\n${text}\n${'\n'.repeat(50_000)}` } },
    {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }], volumes: [{ name: 'conf', configMap: { name: 'conf' } }] } } },
    },
  ].map((object) => ({ object }));
  expect(validate(documents).map(({ id, message }) => `${id} ${message}`)).toEqual(said);
});
