// What gateways lead to, without a request: each backend that gets a share, with a request that goes there.
import { gatewayRouting } from '../../../../src/analysis/reach/gateway/routing';
import { BASE, GATEWAY, ROUTE, scene } from './scene';

type Cluster = ReturnType<typeof scene>;

function lines(cluster: Cluster): string[] {
  return cluster.derive(gatewayRouting).exposed().map(({ hostname, match, backend: { name, port, share }, mirrored }) => `${hostname} ${match} > ${name}:${port} ${share}${mirrored ? ' mirrored' : ''}`);
}

const split = (refs: string, more: string = ''): Cluster => scene(`${BASE}${GATEWAY()}${ROUTE(`[{ matches: [{ path: { type: PathPrefix, value: /api } }], backendRefs: [${refs}] ${more} }]`)}`);

test('backends with a share are exposed, and nobody else', () => {
  const all = lines(split('{ name: web, port: 80, weight: 3 }, { name: canary, port: 80 }'));
  expect(all).toEqual([expect.stringMatching(/ > web:80 0\.75$/), expect.stringMatching(/ > canary:80 0\.25$/)]);
  // A weight of 0, a Service that is not there, and one of another namespace that grants nothing.
  expect(lines(split('{ name: web, port: 80 }, { name: canary, port: 80, weight: 0 }'))).toEqual([expect.stringMatching(/ > web:80 1$/)]);
  expect(lines(split('{ name: web, port: 80 }, { name: gone, port: 80 }'))).toEqual([expect.stringMatching(/ > web:80 0\.5$/)]);
  expect(lines(split('{ name: web, port: 80 }, { name: pay, namespace: pay, port: 80 }'))).toEqual([expect.stringMatching(/ > web:80 0\.5$/)]);
});

test('copies are told from what is answered, and redirects lead nowhere', () => {
  expect(lines(split('{ name: web, port: 80 }', ', filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: canary, port: 80 } } }]'))).toEqual([
    expect.stringMatching(/ > web:80 1$/), expect.stringMatching(/ > canary:80 1 mirrored$/),
  ]);
  expect(lines(scene(`${BASE}${GATEWAY()}${ROUTE('[{ filters: [{ type: RequestRedirect, requestRedirect: { scheme: https } }] }]')}`))).toEqual([]);
});

test('the sample of each is a request that goes there', () => {
  const cluster = split('{ name: web, port: 80, weight: 3 }, { name: canary, port: 80 }');
  const routing = cluster.derive(gatewayRouting);
  const exposed = routing.exposed();
  expect(exposed.length).toBe(2);
  for (const { sample, backend } of exposed) {
    expect(routing.route(sample).flatMap(({ backends }) => backends.map(({ name }) => name))).toContain(backend.name);
    expect(backend.request).toEqual(sample.request);
  }
});
