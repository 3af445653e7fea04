import { dnsLabel, dnsSubdomain, labelKey, labelValue, portName } from '../../src/core/kubernetes-name';
import { HOSTILE, sentence } from './sentence';

test.each<[(text: string, where: string) => string, readonly string[]]>([
  [dnsLabel, ['orders', 'a', '0', 'a-b', 'x'.repeat(63)]],
  [dnsSubdomain, ['orders', 'a.b-c.d', `${'x'.repeat(63)}.y`, 'x'.repeat(253)]],
  [labelKey, ['app', 'app.kubernetes.io/name', 'A_b-c.D', `example.com/${'x'.repeat(63)}`]],
  [labelValue, ['', 'v1.7.4', 'A_b-c.D', 'x'.repeat(63)]],
  [portName, ['http', 'h2-c', '9p', 'fifteen-letters']],
])('%p returns what is allowed', (check, texts) => {
  for (const text of texts) expect(check(text, 'the name')).toBe(text);
});

const label = 'use 1 to 63 lower-case letters, digits and "-", with a letter or digit at both ends';
const subdomain = 'use 1 to 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part';
const key = 'use 1 to 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional DNS subdomain and "/"';
const value = 'use at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends';
const port = 'use 1 to 15 lower-case letters, digits and single "-", with a letter or digit at both ends and at least one letter';
test.each<[(text: string, where: string) => string, unknown, string]>([
  [dnsLabel, 'Order Service', `The name "Order Service" is not a DNS label (<here>): ${label}, such as "order-service".`],
  [dnsLabel, '_', `The name "_" is not a DNS label (<here>): ${label}.`],
  [dnsLabel, 'x'.repeat(64), `The name "${'x'.repeat(44)}…" (64 characters) is not a DNS label (<here>): ${label}, such as "${'x'.repeat(63)}".`],
  [dnsLabel, undefined, `The name undefined is not a DNS label (<here>): ${label}.`],
  [dnsLabel, `ghp_${'a1'.repeat(18)}`, `The name (GitHub token, not shown) is not a DNS label (<here>): ${label}.`],
  [dnsSubdomain, 'a..b', `The name "a..b" is not a DNS subdomain (<here>): ${subdomain}, such as "a-b".`],
  [dnsSubdomain, 'x'.repeat(254), `The name "${'x'.repeat(44)}…" (254 characters) is not a DNS subdomain (<here>): ${subdomain}, such as "${'x'.repeat(253)}".`],
  [labelKey, 'a/b/c', `The name "a/b/c" is not a label key (<here>): ${key}.`],
  [labelKey, '/a', `The name "/a" is not a label key (<here>): ${key}.`],
  [labelKey, 'Example.com/a', `The name "Example.com/a" is not a label key (<here>): ${key}.`],
  [labelKey, 'x'.repeat(64), `The name "${'x'.repeat(44)}…" (64 characters) is not a label key (<here>): ${key}.`],
  [labelValue, '-a', `The name "-a" is not a label value (<here>): ${value}.`],
  [labelValue, true, `The name true is not a label value (<here>): ${value}.`],
  [labelValue, `ghp_${'a1'.repeat(18)}`, "The name holds a secret (GitHub token) (<here>): keep the secret out of the program and pass a SecretRef, such as SecretRef.existing('name', 'key')."],
  [portName, 'sixteen-letters0', `The name "sixteen-letters0" is not a port name (<here>): ${port}.`],
  [portName, '8080', `The name "8080" is not a port name (<here>): ${port}.`],
  [portName, 'a--b', `The name "a--b" is not a port name (<here>): ${port}.`],
])('%p refuses %p', (check, text, message) => {
  expect(sentence(() => check(text as string, 'the name'))).toBe(message);
});

test('the sentence names the construct', () => {
  expect(sentence(() => portName('', 'the name of a port', { node: { path: 'App/orders' } }))).toBe(`The name of a port "" is not a port name (App/orders, <here>): ${port}.`);
});

test.each(HOSTILE)('hostile %p is one sentence', (text) => {
  for (const check of [dnsLabel, dnsSubdomain, labelKey, labelValue, portName]) {
    if (check === labelValue && text === '') continue;
    expect(sentence(() => check(text, 'the name'))).toMatch(/^The name .* \(<here>\): [^\n]*\.$/);
  }
});
