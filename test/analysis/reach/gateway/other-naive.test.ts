// Ingresses, Istio's Gateways and Traefik's routers against a naive reading of them.
import fc from 'fast-check';
import { stringify } from 'yaml';
import type { Routing } from '../../../../src/analysis/reach/gateway/routing';
import { gatewayRouting } from '../../../../src/analysis/reach/gateway/routing';
import { clusterOf } from '../../../reach/cluster';
import type { Answers, PlainRequest } from '../../../reach/naive/other-gateways';
import { naiveIngress, naiveIstio, naiveTraefik } from '../../../reach/naive/other-gateways';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

const SETS = Number(process.env.GATEWAY_SETS ?? 120);
const SERVICES = ['a', 'b', 'c'].map((name) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'w' }, spec: { ports: [{ port: 80 }] } }));
const service = fc.constantFrom('a', 'b', 'c');
const host = fc.constantFrom('shop.example.com', 'pay.example.com', 'x.shop.example.com', 'example.com');
const hostPattern = fc.constantFrom('shop.example.com', '*.example.com', '*.shop.example.com', 'pay.example.com');
const path = fc.constantFrom('/', '/a', '/a/', '/ab', '/a/b', '/a/b/c', '/b');
const headers = fc.constantFrom<Record<string, string>>({}, { 'x-a': '1' }, { 'x-a': '2' });
const request: fc.Arbitrary<PlainRequest> = fc.record({ host, path, method: fc.constantFrom('GET', 'POST'), headers });
const requests = fc.array(request, { minLength: 20, maxLength: 20 });

function hold(documents: readonly Json[], asked: readonly PlainRequest[], naive: (one: PlainRequest) => Answers | undefined): void {
  const routing = clusterOf([...SERVICES, ...documents].map((one) => stringify(one)).join('---\n')).derive(gatewayRouting);
  for (const one of asked) {
    const found = routing.route({ port: 80, facts: {}, request: { scheme: 'http', ...one } });
    expect({ one, told: found.length === 0 ? undefined : [...new Set(found.flatMap(tell))].sort() }).toEqual({ one, told: naive(one) && [...naive(one)!].sort() });
  }
}

function tell({ verdict: { outcome, answer }, alternatives, backends }: Routing): string[] {
  if (outcome === 'undetermined') return alternatives.flatMap(tell);
  return outcome === 'allowed' ? backends.map(({ name }) => name) : [String(answer)];
}

const named = (documents: readonly Json[]): readonly Json[] => documents.map((one, index) => ({ ...one, metadata: { name: `d${index}`, namespace: 'w' } }));

test('Ingresses', () => {
  const one = fc.record({ path, pathType: fc.constantFrom('Prefix', 'Prefix', 'Exact'), backend: service.map((name) => ({ service: { name, port: { number: 80 } } })) });
  const rule = fc.record({ host: hostPattern, http: fc.record({ paths: fc.array(one, { minLength: 1, maxLength: 4 }) }) }, { requiredKeys: ['http'] });
  const ingress = fc.array(rule, { minLength: 1, maxLength: 2 }).map((rules) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', spec: { ingressClassName: 'other', rules } }));
  // Within one Ingress an equal path stands once.
  const alike = ({ spec }: Json): boolean => {
    const all = spec.rules.flatMap((each: Json) => each.http.paths.map(({ path: value, pathType }: Json) => `${each.host} ${pathType} ${value.replace(/\/$/, '')}`));
    return new Set(all).size === all.length;
  };
  const sets = fc.array(ingress.filter(alike), { minLength: 1, maxLength: 3 }).map(named);
  fc.assert(fc.property(sets, requests, (documents, asked) => hold(documents, asked, (each) => naiveIngress(documents, each))), { numRuns: SETS });
});

test('VirtualServices', () => {
  const text = fc.oneof(path.map((exact) => ({ exact })), path.map((prefix) => ({ prefix })), fc.constantFrom('/a.*', '.*', '/(a|b)', '/[ab]+').map((regex) => ({ regex })));
  const match = fc.record({ uri: text, method: fc.constantFrom({ exact: 'GET' }, { exact: 'POST' }), headers: fc.constantFrom({ 'x-a': { exact: '1' } }, { 'x-a': {} }, { 'x-a': { regex: '[0-9]' } }) }, { requiredKeys: [] })
    .filter((one) => Object.keys(one).length > 0);
  const rule = fc.record({ match: fc.array(match, { minLength: 1, maxLength: 2 }), route: service.map((name) => [{ destination: { host: name } }]) }, { requiredKeys: ['route'] });
  const virtual = fc.record({ hosts: fc.uniqueArray(hostPattern, { minLength: 1, maxLength: 2 }), http: fc.array(rule, { minLength: 1, maxLength: 4 }) })
    .map((spec) => ({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', spec: { ...spec, gateways: ['gateway'] } }));
  const gateway = {
    apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'gateway', namespace: 'w' },
    spec: { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }] },
  };
  const sets = fc.array(virtual, { minLength: 1, maxLength: 3 }).map(named);
  fc.assert(fc.property(sets, requests, (documents, asked) => hold([gateway, ...documents], asked, (each) => naiveIstio(documents, each))), { numRuns: SETS });
});

test('IngressRoutes', () => {
  const matcher = fc.oneof(
    hostPattern.map((one) => `Host(\`${one}\`)`), path.map((one) => `PathPrefix(\`${one}\`)`), path.map((one) => `Path(\`${one}\`)`), fc.constantFrom('^/a', 'b$', '/a/.').map((one) => `PathRegexp(\`${one}\`)`),
    fc.constantFrom('GET', 'POST').map((one) => `Method(\`${one}\`)`), fc.constantFrom('1', '2').map((one) => `Header(\`x-a\`, \`${one}\`)`), fc.constantFrom('^shop', 'example').map((one) => `HostRegexp(\`${one}\`)`),
  );
  const rule = fc.array(fc.tuple(fc.boolean(), fc.boolean(), matcher).map(([one, other, text]) => (one && other ? `!${text}` : text)), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' && '));
  const route = fc.record({ kind: fc.constant('Rule'), match: rule, priority: fc.constantFrom(1, 20, 1000), services: service.map((name) => [{ name, port: 80 }]) }, { requiredKeys: ['kind', 'match', 'services'] });
  const router = fc.array(route, { minLength: 1, maxLength: 3 }).map((routes) => ({ apiVersion: 'traefik.io/v1alpha1', kind: 'IngressRoute', spec: { entryPoints: ['web'], routes } }));
  const sets = fc.array(router, { minLength: 1, maxLength: 3 }).map(named);
  const naive = (documents: readonly Json[]) => (one: PlainRequest): Answers | undefined => naiveTraefik(documents, one);
  fc.assert(fc.property(sets, requests, (documents, asked) => hold(documents, asked, naive(documents))), { numRuns: SETS });
});
