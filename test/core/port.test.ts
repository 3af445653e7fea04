import { Port } from '../../src/core/port';
import { HOSTILE, sentence } from './sentence';

test.each([
  [Port.http(8080), { number: 8080, protocol: 'TCP', kind: 'http', appProtocol: 'http' }],
  [Port.https(8443), { number: 8443, protocol: 'TCP', kind: 'https', appProtocol: 'https' }],
  [Port.grpc(9000, { name: 'api' }), { number: 9000, protocol: 'TCP', kind: 'grpc', name: 'api', appProtocol: 'grpc' }],
  [Port.http(8080, { appProtocol: 'kubernetes.io/h2c' }), { number: 8080, protocol: 'TCP', kind: 'http', appProtocol: 'kubernetes.io/h2c' }],
  [Port.tcp(5432), { number: 5432, protocol: 'TCP', kind: 'tcp' }],
  [Port.udp(51820), { number: 51820, protocol: 'UDP', kind: 'udp' }],
  [Port.sctp(2905), { number: 2905, protocol: 'SCTP', kind: 'sctp' }],
  [Port.metrics(9090), { number: 9090, protocol: 'TCP', kind: 'metrics', appProtocol: 'http', metrics: { path: '/metrics', scheme: 'http' } }],
  [Port.metrics(9090, { path: '/stats/prometheus', scheme: 'https' }), { number: 9090, protocol: 'TCP', kind: 'metrics', appProtocol: 'https', metrics: { path: '/stats/prometheus', scheme: 'https' } }],
])('%s', (port, fields) => {
  expect(JSON.parse(JSON.stringify(port))).toEqual(fields);
  expect(port.isMetrics).toBe(fields.kind === 'metrics');
  expect(String(port)).toBe(`${fields.kind}:${fields.number}`);
  expect(Object.isFrozen(port)).toBe(true);
});

test('keys are equal exactly where ports are', () => {
  expect(Port.http(8080).key()).toBe(Port.http(8080, {}).key());
  const ports = [
    Port.http(8080), Port.http(8081), Port.tcp(8080), Port.udp(8080), Port.http(8080, { name: 'web' }), Port.http(8080, { appProtocol: 'web' }), Port.http(8080, { appProtocol: 'kubernetes.io/h2c' }),
    Port.metrics(8080), Port.metrics(8080, { path: '/m' }), Port.metrics(8080, { scheme: 'https' }),
  ];
  expect(new Set(ports.map((port) => port.key())).size).toBe(ports.length);
});

test('a name changes nothing else', () => {
  const port = Port.metrics(9090, { path: '/m', scheme: 'https' }).withName('stats');
  expect(port).toEqual(Port.metrics(9090, { path: '/m', scheme: 'https', name: 'stats' }));
  expect(Port.tcp(1).withName('sql')).toEqual(Port.tcp(1, { name: 'sql' }));
});

const name = 'use 1 to 15 lower-case letters, digits and single "-", with a letter or digit at both ends and at least one letter';
test.each<[() => unknown, string]>([
  [() => Port.http(0), 'Port 0 is not a whole number from 1 to 65535 (<here>): give a number such as Port.http(8080).'],
  [() => Port.udp(65_536), 'Port 65536 is not a whole number from 1 to 65535 (<here>): give a number such as Port.udp(8080).'],
  [() => Port.tcp(80.5), 'Port 80.5 is not a whole number from 1 to 65535 (<here>): give a number such as Port.tcp(8080).'],
  [() => Port.http('80' as never), 'Port "80" is not a whole number from 1 to 65535 (<here>): give a number such as Port.http(8080).'],
  [() => Port.http(80, null as never), 'Port options null are not an object (<here>): give options such as { name: \'web\' }, or leave them out.'],
  [() => Port.metrics(80, '/metrics' as never), 'Port options "/metrics" are not an object (<here>): give options such as { name: \'web\' }, or leave them out.'],
  [() => Port.http(80, { name: 'Web' }), `The name of port 80 "Web" is not a port name (<here>): ${name}.`],
  [() => Port.http(80, { name: 'sixteen-letters-' }), `The name of port 80 "sixteen-letters-" is not a port name (<here>): ${name}.`],
  [() => Port.http(80).withName('80'), `The name of port 80 "80" is not a port name (<here>): ${name}.`],
  [() => Port.http(80, { appProtocol: 'h 2' }), 'The appProtocol of port 80 "h 2" is not a label key (<here>): use 1 to 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional DNS subdomain and "/".'],
  [() => Port.metrics(80, { path: 'metrics' }), 'Metrics path "metrics" is not an absolute path (<here>): give a path such as \'/metrics\'.'],
  [() => Port.metrics(80, { scheme: 'ftp' as never }), 'Metrics scheme "ftp" is neither http nor https (<here>): give \'http\' or \'https\'.'],
])('%s', (action, message) => {
  expect(sentence(action)).toBe(message);
});

test.each(HOSTILE)('hostile %p is one sentence', (text) => {
  for (const action of [() => Port.http(80, { name: text }), () => Port.http(80, { appProtocol: text }), () => Port.metrics(80, { path: `/${text}?` })]) {
    expect(sentence(action)).toMatch(/^[^\n]* \(<here>\): [^\n]*\.$/);
  }
});
