import { Chart, Testing } from 'cdk8s';
import { NetworkApp } from '../../src/app/network-app';
import { TerraformCompanion } from '../../src/app/terraform/companion';
import { Cluster } from '../../src/core/cluster';
import { Duration } from '../../src/core/duration';
import { edgeKey } from '../../src/core/edge';
import { Path } from '../../src/core/path';
import { Registry } from '../../src/core/registry';
import type { SecretRef } from '../../src/core/secret-ref';
import { EdgeConnector } from '../../src/edge/edge-connector';
import { EdgeTunnel } from '../../src/edge/edge-tunnel';
import { Expression } from '../../src/edge/expression';
import { ACCOUNT, TOKEN, problem, route, setUp, terraform } from './scene';
import type { TerraformJson } from './scene';

test('the order scenario', () => {
  const { app, chart } = setUp({
    waf: [{ id: 'admin-only-from-office', when: Expression.path(Path.prefix('/admin')).and(Expression.from('203.0.113.0/24').not()) }],
    rateLimits: [{ id: 'orders', when: Expression.path(Path.prefix('/api')), requests: 470, period: Duration.seconds(60) }],
    access: [{ id: 'admin', hostname: 'api.example.com', path: Path.prefix('/admin'), allow: [{ emailDomain: 'example.com' }] }],
    ddosSensitivity: 'default',
  });
  expect(terraform(app)).toMatchSnapshot('terraform');
  expect(Testing.synth(chart)).toMatchSnapshot('manifests');
});

test('the tunnel leads to the gateway by its own name, and everything else is refused', () => {
  const { app } = setUp({}, ['*.example.com', 'api.example.com']);
  const config = terraform(app).resource.cloudflare_zero_trust_tunnel_cloudflared_config!.order!.config as { ingress: unknown[] };
  const service = 'https://envoy-order.gateways.svc.cluster.local:443';
  expect(config.ingress).toEqual([
    { hostname: 'api.example.com', service, origin_request: { http2_origin: true, origin_server_name: 'api.example.com' } },
    { hostname: '*.example.com', service, origin_request: { http2_origin: true, match_sn_ito_host: true } },
    { service: 'http_status:404' },
  ]);
});

test('no token, no absolute path and no exact provider version in the module', () => {
  const { app } = setUp();
  const text = TerraformCompanion.of(app).render()[0]!.content;
  expect(text).not.toMatch(/tunnel_secret|token|\/home|\/work|\/root/);
  expect(terraform(app).terraform).toEqual({
    backend: { local: { path: 'terraform.edge.tfstate' } },
    required_providers: { cloudflare: { source: 'cloudflare/cloudflare', version: '>= 5.14.0, < 6.0.0' } },
  });
  expect(terraform(app).variable).toEqual({
    cloudflare_account_id: { type: 'string' }, cloudflare_zone_id: { description: 'Id of zone example.com', type: 'string' },
  });
});

test('0-RTT is off unless it is asked for', () => {
  const value = (app: NetworkApp, id: string): unknown => Object.values(terraform(app).resource.cloudflare_zone_setting!).find((one) => one.setting_id === id)!.value;
  expect(value(setUp().app, '0rtt')).toBe('off');
  const { app } = setUp({ settings: { zeroRtt: true, minTlsVersion: '1.3' } });
  expect([value(app, '0rtt'), value(app, 'tls_1_3'), value(app, 'min_tls_version'), value(app, 'http3')]).toEqual(['on', 'zrt', '1.3', 'on']);
});

test('two tunnels of one zone share its rulesets, whichever is declared first', () => {
  const render = (order: readonly string[]): string => {
    const app = new NetworkApp();
    for (const name of order) {
      const chart = new Chart(app, name);
      new EdgeTunnel(chart, `tunnel-${name}`, {
        zone: 'example.com', account: ACCOUNT, token: TOKEN, publish: [route(chart, [`${name}.example.com`], `proxy-${name}`)], managedRules: [],
        namespace: name, waf: [{ id: `${name}-block`, when: Expression.hostname(`${name}.example.com`) }],
      });
    }
    return TerraformCompanion.of(app).render()[0]!.content;
  };
  expect(render(['blue', 'green'])).toBe(render(['green', 'blue']));
  const { resource } = JSON.parse(render(['blue', 'green'])) as TerraformJson;
  expect(Object.keys(resource.cloudflare_ruleset!)).toEqual(['example_com_http_request_firewall_custom']);
  expect((Object.values(resource.cloudflare_ruleset!)[0]!.rules as Array<{ ref: string }>).map(({ ref }) => ref)).toEqual(['blue-block', 'green-block']);
});

test('cloudflared reaches the gateway and the edge, and nothing else', () => {
  const { app } = setUp();
  const edges = Registry.of(app).edges().filter(({ tags }) => tags.includes('edge')).map(edgeKey);
  expect(edges).toEqual([
    'default:edge/cloudflared > default:gateways/proxy : 10443/TCP',
    'default:edge/cloudflared > fqdn:region1.v2.argotunnel.com : 7844/TCP',
    'default:edge/cloudflared > fqdn:region1.v2.argotunnel.com : 7844/UDP',
    'default:edge/cloudflared > fqdn:region2.v2.argotunnel.com : 7844/TCP',
    'default:edge/cloudflared > fqdn:region2.v2.argotunnel.com : 7844/UDP',
  ]);
});

test('a second cluster joins the same tunnel', () => {
  const app = new NetworkApp();
  const [beijing, shanghai] = ['beijing', 'shanghai'].map((name) => {
    const chart = new Chart(app, name, { namespace: 'edge' });
    Cluster.assign(chart, new Cluster(app, `cluster-${name}`, { name }));
    return chart;
  }) as [Chart, Chart];
  const edge = new EdgeTunnel(beijing, 'order', { zone: 'example.com', account: ACCOUNT, token: TOKEN, publish: [route(beijing)] });
  const far = route(shanghai);
  new EdgeConnector(shanghai, 'order', { tunnel: edge, token: TOKEN, publish: [far] });
  expect(Object.keys(terraform(app).resource.cloudflare_zero_trust_tunnel_cloudflared!)).toEqual(['order']);
  expect(Testing.synth(shanghai).map(({ kind }: { kind: string }) => kind).sort()).toEqual(['Deployment', 'PodDisruptionBudget', 'Service', 'ServiceAccount']);
  expect(problem(() => edge.connector.connect(far))).toBe(
    "The route's gateway gateways/proxy is in cluster shanghai, and this cloudflared in beijing: "
    + 'publish the route from a chart of its own cluster: new EdgeConnector(chart, id, { tunnel, … }).',
  );
});

test('a token as text is refused, and not repeated', () => {
  const text = 'eyJhIjoiYWNjb3VudCIsInQiOiJ0dW5uZWwiLCJzIjoic2VjcmV0In0=';
  expect(() => setUp({ token: text as unknown as SecretRef })).toThrow(/SecretRef/);
  expect(problem(() => setUp({ token: text as unknown as SecretRef }))).not.toContain(text.slice(0, 10));
});

const HOSTILE: ReadonlyArray<readonly [string, string]> = [
  ['quote', 'a"b'], ['brace', 'a}b'], ['comment', 'a#b'], ['newline', 'a\nb'], ['interpolation', '${var.x}'], ['directive', '%{if}'], ['NUL', 'a\0b'], ['umlaut', 'ä'], ['64 KB', 'x'.repeat(65_536)],
];

test.each(HOSTILE)('hostile text cannot leave its place: %s', (_name, hostile) => {
  const attempts = [
    () => setUp({ zone: hostile }), () => setUp({ tunnelName: hostile }), () => setUp({ edgeId: hostile }), () => setUp({ stack: hostile }), () => setUp({ zoneId: hostile }),
    () => setUp({ account: hostile }), () => setUp({ namespace: hostile }), () => setUp({ connectorName: hostile }),
    () => setUp({ waf: [{ id: hostile, when: Expression.always }] }), () => setUp({ access: [{ id: 'a', hostname: 'api.example.com', allow: [{ email: hostile }] }] }),
  ];
  for (const attempt of attempts) expect(problem(attempt)).toMatch(/^[^\n]{1,400}$/);
  for (const attempt of attempts.filter((_, i) => i !== 0)) expect(problem(attempt)).not.toBe('nothing was thrown');
});

test('a description with Terraform code in it stays text', () => {
  const { app } = setUp({ managedRules: [], waf: [{ id: 'x', description: '${file("/etc/passwd")} %{x}', when: Expression.in('http.user_agent', ['${1}"\\']) }] });
  const { rules } = Object.values(terraform(app).resource.cloudflare_ruleset!)[0] as { rules: Array<Record<string, unknown>> };
  expect(rules[0]).toMatchObject({ description: '$${file("/etc/passwd")} %%{x}', expression: 'http.user_agent eq "$${1}\\"\\\\"' });
});

test('no two names share an address in Terraform: a wildcard and a host called so, an application of one tunnel and one of another', () => {
  const { app, chart } = setUp({ access: [{ id: 'b-c', hostname: 'api.example.com', allow: [{ emailDomain: 'example.com' }] }], edgeId: 'a' }, ['*.example.com', 'wildcard.example.com']);
  new EdgeTunnel(chart, 'second', {
    zone: 'example.com', account: ACCOUNT, token: TOKEN, connectorName: 'second', edgeId: 'a-b', managedRules: [],
    access: [{ id: 'c', hostname: 'www.example.com', allow: [{ emailDomain: 'example.com' }] }],
  });
  const { resource } = terraform(app);
  expect(Object.keys(resource.cloudflare_dns_record!)).toEqual(['record_wildcard__example_com', 'record_wildcard_example_com']);
  expect(Object.keys(resource.cloudflare_zero_trust_access_application!)).toEqual(['a-b_c', 'a_b-c']);
});

test('half a surrogate pair, which no engine reads back, is refused', () => {
  expect(problem(() => Expression.in('http.user_agent', ['a\ud800b']))).toMatch(/cannot stand in an edge expression/);
  expect(problem(() => Expression.raw('a eq "\udc00"'))).toMatch(/is not an expression/);
  expect(problem(() => setUp({ waf: [{ id: 'x', description: 'a\ud800', when: Expression.always }] }))).toMatch(/cannot describe a rule/);
});
