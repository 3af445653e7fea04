// Routes of OpenShift: the ports of the Services that they lead to, and nothing that has no weight.
import { parseText } from '../../../src/analysis';
import type { Analysis } from '../../../src/analysis/reach/analyze';
import { analyze } from '../../../src/analysis/reach/analyze';
import { connlistText } from '../../../src/analysis/reach/print/connlist';
import { workload } from './documents';

const service = (name: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80, targetPort: 8080 }, { name: admin, port: 90, targetPort: 9090 }] }
---`;
const route = (spec: string, name = 'r'): string => `
apiVersion: route.openshift.io/v1
kind: Route
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
---`;
const BASE = workload('web') + workload('api') + service('web') + service('api');
const WEB = 'to: { kind: Service, name: web }';

const system = (documents: string): Analysis => analyze(parseText(BASE + documents, 'shop.yaml').documents);
const lines = (documents: string): string[] => [...connlistText(system(documents).listings())].join('').split('\n').filter((line) => line.startsWith('{')).map((line) => line.replace('{ingress-controller} => shop/', '').replace('[Deployment] :', ''));
const said = (documents: string, flow: string): string => system(documents).evaluate(flow).outcome;

test.each<[string, string, string[]]>([
  ['every port of a Service', route(WEB), ['web TCP 8080,9090']],
  ['the port of a name', route(`port: { targetPort: admin }, ${WEB}`), ['web TCP 9090']],
  ['the port that pods listen on', route(`port: { targetPort: 8080 }, ${WEB}`), ['web TCP 8080']],
  ['not the port of the Service', route(`port: { targetPort: 80 }, ${WEB}`), []],
  ['a backend without a kind', route('to: { name: web }'), ['web TCP 8080,9090']],
  ['a backend of another kind', route('to: { kind: Other, name: web }'), []],
  ['a Service that is not there', route('to: { kind: Service, name: gone }'), []],
  ['nothing named', route('to: { kind: Service }'), []],
  ['other backends', route(`port: { targetPort: http }, ${WEB}, alternateBackends: [{ kind: Service, name: api, weight: 1 }]`), ['api TCP 8080', 'web TCP 8080']],
  ['other backends without weight', route(`port: { targetPort: http }, ${WEB}, alternateBackends: [{ kind: Service, name: api, weight: 0 }]`), ['web TCP 8080']],
])('%s', (_, documents, expected) => {
  expect(lines(documents)).toEqual(expected);
});

test('from the internet they are not known to be open, at the ports and for the hosts that they have', () => {
  const one = route(`host: a.example.com, port: { targetPort: http }, ${WEB}`);
  expect(['shop/web:8080', 'shop/web:9090', 'shop/api:8080'].map((to) => said(one, `internet -> ${to}`))).toEqual(['undetermined', 'denied', 'denied']);
  expect(['a.example.com', 'b.example.com'].map((host) => said(one, `internet -> http://${host}/`))).toEqual(['undetermined', 'denied']);
  expect(said(route(WEB), 'internet -> http://b.example.com/')).toBe('undetermined');
  expect(system(one).exposure('internet').exposures).toMatchObject([{ door: 'Route shop/r', host: 'a.example.com', to: 'shop/web[Deployment]', connections: 'TCP 8080', verdict: 'undetermined', decidedBy: [{ name: 'Route shop/r' }] }]);
  expect(system(route(`${WEB}, port: { targetPort: http }`)).exposure('internet').exposures).toMatchObject([{ host: '*' }]);
  expect(system(one + route('host: b.example.com, port: { targetPort: http }, to: { kind: Service, name: api }', 's')).evaluate('internet -> shop/api:8080').because).toMatch(/^Route shop\/s leads there/);
});
