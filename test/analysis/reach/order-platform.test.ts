// The order platform: what its documents let through is what its program declares, every hop is named, and mistakes that were written into it by hand are explained by
// the document that makes them.
import { NetworkApp } from 'cdk8s-netstack';
import { orderPlatform } from '../../../examples/order-platform/platform';
import type { AnalysisInput } from '../../../src/analysis/input';
import { analyze } from '../../../src/analysis/reach/analyze';
import type { Answer } from '../../../src/analysis/reach/answer';
import { deniedConnections, undeclaredConnections } from '../../../src/analysis/reach/declared';
import type { AskedFlow } from '../../../src/analysis/reach/question';
import { validate } from '../../../src/analysis';
import { documentsOf } from '../../../src/testing/documents';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Fields = any;

const platform: AnalysisInput = documentsOf(orderPlatform(new NetworkApp({ profile: 'production' })));

/** The documents of one cluster after a mistake. */
function after(mistake: (find: (kind: string, name: string) => Fields, add: (object: Fields) => void) => void): AnalysisInput {
  const documents = platform.documents.map((document) => ({ ...document, object: structuredClone(document.object) }));
  const find = (kind: string, name: string): Fields => {
    const found = documents.find(({ object, cluster }) => cluster === 'beijing' && object.kind === kind && (object.metadata as Fields).name === name);
    if (!found) throw new Error(`the order platform has no ${kind} ${name}`);
    return found.object;
  };
  mistake(find, (object) => documents.push({ ...documents.find(({ cluster }) => cluster === 'beijing')!, object }));
  return { ...platform, documents };
}

const ask = (input: AnalysisInput, flow: string | AskedFlow): Answer => analyze(input, { cluster: 'beijing' }).evaluate(flow);
const deciders = ({ decidedBy }: Answer): readonly string[] => decidedBy.map(({ entry }) => entry.toString());

const JWT = { issuer: 'https://id.example.com', subject: 'somebody', audiences: ['order-service'], claims: { role: 'operator' } };
const ORDERS = { from: 'order-system/order-frontend', to: 'order-system/order-service:8080', http: { method: 'GET', path: '/api/v1/orders/42', headers: { 'x-api-version': 'v1' } } };
const OUTSIDE = { from: 'internet', to: 'https://api.example.com/api/v1/orders/42', http: { method: 'GET', headers: { 'x-api-version': 'v1' } }, facts: { jwt: JWT } };

test('every declared connection passes, and nothing else does between declared workloads', () => {
  for (const cluster of analyze(platform).clusters) {
    expect(deniedConnections(cluster).map(({ from, to, port, hop }) => `${from} > ${to} ${port}: ${hop.because}`)).toEqual([]);
    expect(undeclaredConnections(cluster).map(({ from, to, connections }) => `${from.name} > ${to.name} ${connections}`)).toEqual([]);
  }
});

test('the list of connections is what was declared', () => {
  const [beijing] = analyze(platform, { cluster: 'beijing' }).connectivity();
  const workloads = beijing!.ends.filter(({ endpoint }) => endpoint?.group !== undefined);
  const lines = workloads.flatMap((from) => workloads.filter((to) => beijing!.isPair(from, to)).flatMap((to) => {
    const { text } = beijing!.portSet(beijing!.from(from)[to.point]!);
    return text === '' ? [] : [`${from.label} => ${to.label} : ${text}`];
  }));
  expect(lines).toMatchSnapshot();
});

test('the way of a request from the internet names every hop', () => {
  const answer = ask(platform, OUTSIDE);
  expect(answer.outcome).toBe('allowed');
  expect(answer.ways.map(({ to, hops }) => [to, hops.map(({ layer, at, outcome, decidedBy }) => [layer, outcome, at, decidedBy.map(({ entry }) => entry.toString()).join(', ')].join(' | '))])).toMatchSnapshot();
});

test('without a token the gateway answers 401', () => {
  const answer = ask(platform, { ...OUTSIDE, facts: {} });
  expect([answer.outcome, answer.ways[0]!.hops.at(-1)!.answer, deciders(answer)[0]]).toEqual(['denied', 401, 'SecurityPolicy order-system/order-gateway-security']);
});

test('nobody outside reaches the admin service', () => {
  expect(ask(platform, 'internet -> order-system/order-admin:8080').outcome).toBe('denied');
});

describe('a mistake is explained by the document that makes it', () => {
  test('a missing allowance for DNS', () => {
    const flow = 'order-system/order-service -> kube-system/kube-dns:53/udp';
    expect(ask(platform, flow).outcome).toBe('allowed');
    const answer = ask(after((find) => {
      const { spec } = find('CiliumNetworkPolicy', 'order-service');
      spec.egress = spec.egress.filter((rule: Fields) => !(rule.toPorts ?? []).some((one: Fields) => one.ports.some(({ port }: Fields) => port === '53')));
    }), flow);
    expect([answer.outcome, deciders(answer)]).toEqual(['denied', expect.arrayContaining(['CiliumNetworkPolicy order-system/order-service'])]);
    expect(answer.because).toContain('no egress rule admits kube-system/kube-dns[External] on UDP 53');
  });

  test('a policy on the port of the Service instead of the pods', () => {
    expect(ask(platform, ORDERS).outcome).toBe('allowed');
    const answer = ask(after((find) => {
      for (const rule of find('CiliumNetworkPolicy', 'order-service').spec.ingress) {
        for (const { ports } of rule.toPorts ?? []) for (const one of ports) if (one.port === '8080') one.port = '80';
      }
    }), ORDERS);
    expect([answer.outcome, deciders(answer)]).toEqual(['denied', expect.arrayContaining(['CiliumNetworkPolicy order-system/order-service'])]);
    expect(answer.because).toContain('no ingress rule admits order-system/order-frontend[Deployment] on TCP 8080');
  });

  test('STRICT with one client outside of the mesh', () => {
    const answer = ask(after((find) => {
      const { template } = find('Deployment', 'order-frontend').spec;
      template.metadata.labels['sidecar.istio.io/inject'] = 'false';
    }), ORDERS);
    expect([answer.outcome, deciders(answer)[0]]).toEqual(['denied', 'PeerAuthentication order-system/order-service']);
  });

  test('a canary route that a longer prefix shadows', () => {
    const backends = (answer: Answer): readonly string[] => [...new Set(answer.ways.map(({ to }) => to))];
    expect(backends(ask(platform, OUTSIDE))).toContain('order-system/order-service-canary[Deployment]');
    const answer = ask(after((find, add) => {
      const route = structuredClone(find('HTTPRoute', 'order-gateway-orders'));
      route.metadata.name = 'shadow';
      const [rule] = route.spec.rules;
      rule.matches = rule.matches.map((one: Fields) => ({ ...one, path: { type: 'PathPrefix', value: '/api/v1/orders/42' } }));
      rule.backendRefs = rule.backendRefs.slice(0, 1);
      route.spec.rules = [rule];
      add(route);
    }), OUTSIDE);
    expect(backends(answer)).toEqual(['order-system/order-service[Deployment]']);
    expect(answer.ways[0]!.hops.flatMap(({ decidedBy }) => decidedBy.map(({ entry }) => entry.toString()))).toContain('HTTPRoute order-system/shadow');
  });

  test('a label of namespaces that no namespace has', () => {
    const answer = ask(after((find) => {
      for (const rule of find('CiliumNetworkPolicy', 'order-service').spec.ingress) {
        for (const { matchLabels } of rule.fromEndpoints ?? []) if (matchLabels.app === 'order-frontend') matchLabels['k8s:io.cilium.k8s.namespace.labels.team'] = 'shop';
      }
    }), ORDERS);
    expect([answer.outcome, deciders(answer)]).toEqual(['denied', expect.arrayContaining(['CiliumNetworkPolicy order-system/order-service'])]);
  });

  test('rules say the same of what is declared', () => {
    const input = after((find) => {
      for (const rule of find('CiliumNetworkPolicy', 'order-service').spec.ingress) {
        for (const { ports } of rule.toPorts ?? []) for (const one of ports) if (one.port === '8080') one.port = '80';
      }
    });
    expect(validate(input).filter(({ id }) => id === 'NS9010').map(({ message }) => message)).toEqual(expect.arrayContaining([
      expect.stringContaining('order-system/order-frontend is declared to call order-system/order-service at 8080/TCP'),
    ]));
  });
});
