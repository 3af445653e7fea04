import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// What the account, Terraform or cloudflared would refuse or ignore, refused at the line of the program, with the whole sentence.
import { App, Chart } from 'cdk8s';
import { NetworkApp } from '../../src/app/network-app';
import { Cluster } from '../../src/core/cluster';
import { Duration } from '../../src/core/duration';
import { Path } from '../../src/core/path';
import { SecretRef } from '../../src/core/secret-ref';
import { EdgeConnector } from '../../src/edge/edge-connector';
import { EdgeTunnel } from '../../src/edge/edge-tunnel';
import type { EdgeTunnelProps } from '../../src/edge/edge-tunnel';
import { Expression } from '../../src/edge/expression';
import { ACCOUNT, TOKEN, problem, route, setUp } from './scene';

const s = Duration.seconds;
const limit = { id: 'x', when: Expression.path('/x'), requests: 1, period: s(10) };
const access = { id: 'a', hostname: 'api.example.com', allow: [{ email: 'alice@example.com' }] };
const any = (value: unknown): never => value as never;

const TABLE: ReadonlyArray<readonly [name: string, props: Partial<EdgeTunnelProps>, sentence: string]> = [
  ['an account that is none', { account: 'nobody' }, 'The account "nobody" is not an id of Cloudflare: give 32 hexadecimal digits, or TerraformVariable.named(…).'],
  ['no account', { account: any(undefined) }, 'The account undefined is not an id of Cloudflare: give 32 hexadecimal digits, or TerraformVariable.named(…).'],
  ['a zone id that is none', { zoneId: any(7) }, 'The zoneId 7 is not an id of Cloudflare: give 32 hexadecimal digits, or TerraformVariable.named(…).'],
  ['a wildcard zone', { zone: '*.example.com' }, 'Zone *.example.com is a wildcard: name the zone: example.com.'],
  ['an unknown plan', { plan: any('gold') }, "The plan of the zone is \"gold\": give one of 'free', 'pro', 'business', 'enterprise'."],
  ['a plan of the prototype', { plan: any('constructor') }, "The plan of the zone is \"constructor\": give one of 'free', 'pro', 'business', 'enterprise'."],
  ['a stack name', { stack: 'Edge' }, '"Edge" is not a name for a Terraform stack: use lower-case letters, digits and "-".'],
  ['a version constraint', { providerVersion: '>= ${x}' }, "The providerVersion \">= ${x}\" is no version constraint of Terraform: give such as '>= 5.14.0, < 6.0.0' or '5.14.0'."],
  ['a single replica', { replicas: 1 }, 'cloudflared has 1 replicas: give at least 2: one alone takes the site down when its node is drained.'],
  ['replicas as text', { replicas: any('3') }, 'cloudflared has "3" replicas: give at least 2: one alone takes the site down when its node is drained.'],
  ['replicas that are no number', { replicas: Number.NaN }, 'cloudflared has NaN replicas: give at least 2: one alone takes the site down when its node is drained.'],
  ['an image that is none', { image: 'a b' }, "Image of workload cloudflared \"a b\" is not the reference of an image: give such as 'registry.example.com/orders:1.7.4'."],
  ['no token', { token: any(undefined) }, "Token is missing: pass where the secret is kept, such as SecretRef.existing('name', 'key')."],
  ['a token that no pod can read', { token: SecretRef.file('/etc/token') },
    'Variable TUNNEL_TOKEN of workload cloudflared is kept in file /etc/token, which no pod can read: keep it in a Secret: SecretRef.existing, SecretRef.externalSecret or SecretRef.sops.'],
  ['publish that is no list', { publish: any(null) }, 'Publish is null, not a list: put it into [ ].'],
  ['a hole in publish', { publish: [any(undefined)] }, 'Publish has undefined at place 1: leave it out.'],
  ['a text in publish', { publish: [any('api.example.com')] }, '"api.example.com" is no route: publish what gateway.addRoute(…) returns: the tunnel leads to gateways, never past them.'],
  ['settings that are no object', { settings: any('http3') }, 'Settings is "http3": give an object with its options.'],
  ['a switch as text', { settings: { http3: any('off') } }, 'Settings.http3 is "off": give true or false.'],
  ['0-RTT as a number', { settings: { zeroRtt: any(0) } }, 'Settings.zeroRtt is 0: give true or false.'],
  ['an old TLS version', { settings: { minTlsVersion: any('1.0') } }, "Settings.minTlsVersion is \"1.0\": give one of '1.2', '1.3'."],
  ['a managed ruleset that is none', { managedRules: [any('toString')] }, "A managed ruleset is \"toString\": give one of 'cloudflare', 'cloudflare-free', 'owasp'."],
  ['two managed rulesets in one', { managedRules: ['cloudflare', 'cloudflare-free'] }, "Managed rulesets 'cloudflare' and 'cloudflare-free' are both named: keep 'cloudflare': it holds the free one."],
  ['a managed ruleset twice', { managedRules: ['owasp', 'owasp'] },
    'Rule id managed-owasp is used twice in phase http_request_firewall_managed of zone example.com (first by order): give one of them another id.'],
  ['a paid ruleset on the free plan', { plan: 'free', managedRules: ['owasp'] }, "The free plan does not have the managed ruleset 'owasp': name only 'cloudflare-free', or the plan that the account has."],
  ['a sensitivity', { ddosSensitivity: any('high') }, "DdosSensitivity is \"high\": give one of 'default', 'medium', 'low'."],
  ['WAF rules that are no list', { waf: any({}) }, 'Waf is {}, not a list: put it into [ ].'],
  ['a WAF rule without a condition', { waf: [any({ id: 'x' })] }, 'WAF rule x got undefined where a condition is taken: build it with Expression.hostname, .path, .from, .in or .raw.'],
  ['a WAF rule with text for a condition', { waf: [{ id: 'x', when: any('true') }] }, 'WAF rule x got "true" where a condition is taken: build it with Expression.hostname, .path, .from, .in or .raw.'],
  ['a WAF action', { waf: [{ id: 'x', when: Expression.always, action: any('allow') }] },
    "The action of WAF rule x is \"allow\": give one of 'block', 'managed_challenge', 'js_challenge', 'challenge', 'log'."],
  ['logging without the plan', { waf: [{ id: 'x', when: Expression.always, action: 'log' }] },
    "WAF rule x only logs, which the pro plan does not have: take 'managed_challenge' to try a rule out, or name the plan that the account has."],
  ['one WAF rule twice', { waf: [{ id: 'x', when: Expression.always }, { id: 'x', when: Expression.always }] },
    'Rule id x is used twice in phase http_request_firewall_custom of zone example.com (first by order): give one of them another id.'],
  ['more WAF rules than the plan has', { plan: 'free', waf: [1, 2, 3, 4, 5, 6].map((n) => ({ id: `r${n}`, when: Expression.path(`/${n}`) })) },
    'Zone example.com has 6 WAF rules, and the free plan has 5: join some of them, or name the plan that the account has.'],
  ['more rate limits than the plan has', { rateLimits: [limit, { ...limit, id: 'y' }, { ...limit, id: 'z' }] },
    'Zone example.com has 3 rate limits, and the pro plan has 2: join some of them, or name the plan that the account has.'],
  ['a period of another plan', { rateLimits: [{ ...limit, period: s(600) }] }, 'The period of rate limit x is 600 s, which the pro plan does not have: take one of 10, 60 s.'],
  ['a period of no plan', { plan: 'enterprise', rateLimits: [{ ...limit, period: s(47) }] },
    'The period of rate limit x is 47 s, which the enterprise plan does not have: take one of 10, 60, 120, 300, 600, 3600 s.'],
  ['a period in parts of seconds', { rateLimits: [{ ...limit, period: Duration.millis(10_500) }] }, 'The period of rate limit x is 10.5 s, which the pro plan does not have: take one of 10, 60 s.'],
  ['a mitigation of another plan', { plan: 'free', rateLimits: [{ ...limit, mitigation: s(60) }] }, 'The mitigation of rate limit x is 60 s, which the free plan does not have: take one of 10 s.'],
  ['a mitigation of nothing', { rateLimits: [{ ...limit, mitigation: Duration.millis(0) }] },
    'The mitigation of rate limit x is 0 s, which the pro plan does not have: take one of 10, 60, 120, 300, 600, 3600 s.'],
  ['no requests at all', { rateLimits: [{ ...limit, requests: 0 }] }, 'The number of requests of rate limit x is 0: give a whole number from 1 to 1000000000.'],
  ['a field that the plan does not have', { plan: 'free', rateLimits: [{ ...limit, when: Expression.hostname('api.example.com') }] },
    'The condition of rate limit x asks for http.host, which rate limits of the free plan cannot: use http.request.uri.path, cf.client.bot, or name the plan that the account has.'],
  ['an Access application that lets nobody in', { access: [{ ...access, allow: [] }] }, 'Access application a lets nobody in: name at least one mail address or mail domain in allow.'],
  ['an Access application outside the zone', { access: [{ ...access, hostname: 'admin.example.net' }] }, 'Host name admin.example.net is not in zone example.com: use an EdgeTunnel of its own zone.'],
  ['an Access application twice', { access: [access, { ...access, path: '/x' }] }, 'Access application a is declared twice: give one of them another id.'],
  ['two Access applications for one path', { access: [access, { ...access, id: 'b', path: Path.prefix('/') }] },
    'Access applications a and b both guard api.example.com: join them: one of them would be ignored.'],
  ['an Access application for a pattern', { access: [{ ...access, path: Path.regex('/a.*') }] }, 'Access application a guards the pattern "/a.*": use Path.prefix: Access guards a path and everything below.'],
  ['an Access rule without anybody', { access: [{ ...access, allow: [any({})] }] },
    "A rule of Access application a names neither a mail address nor a mail domain: give { email: 'alice@example.com' } or { emailDomain: 'example.com' }."],
  ['an Access rule of two kinds', { access: [{ ...access, allow: [any({ email: 'alice@example.com', emailDomain: 'example.com' })] }] },
    "A rule of Access application a names both a mail address and a mail domain: give { email: 'alice@example.com' } or { emailDomain: 'example.com' }."],
  ['a mail domain with a wildcard', { access: [{ ...access, allow: [{ emailDomain: '*.example.com' }] }] },
    'Mail domain *.example.com of Access application a is a wildcard, and mail domains are compared as they stand: name each domain.'],
  ['somebody twice', { access: [{ ...access, allow: [{ email: 'Alice@example.com' }, { email: 'alice@example.com' }] }] }, 'Access application a names "alice@example.com" twice: name everybody once.'],
  ['two addresses in one', { access: [{ ...access, allow: [{ email: 'a@b@example.com' }] }] }, '"a@b@example.com" is not a mail address: give one such as alice@example.com.'],
  ['a session without an end', { access: [{ ...access, sessionDuration: Duration.hours(1000) }] }, 'The session of Access application a lasts 60000 minutes: give whole minutes, from 1 to 43800.'],
  ['a session of seconds', { access: [{ ...access, sessionDuration: s(90) }] }, 'The session of Access application a lasts 1.5 minutes: give whole minutes, from 1 to 43800.'],
];

test.each(TABLE)('%s', (_name, props, sentence) => {
  expect(problem(() => setUp(props))).toBe(sentence);
});

test.each([null, 7, [], 'x', undefined])('options that are %p', (options) => {
  expect(problem(() => new EdgeTunnel(new Chart(new NetworkApp(), 'c'), 'e', any(options)))).toMatch(/^The options of EdgeTunnel is .*: give an object with its options\.$/);
  expect(problem(() => new EdgeConnector(new Chart(new NetworkApp(), 'c'), 'e', any(options)))).toMatch(/^The options of EdgeConnector is .*: give an object with its options\.$/);
});

test('a host name outside the zone, without a zone, and of two gateways', () => {
  expect(problem(() => setUp({}, ['api.example.net']))).toBe('Host name api.example.net is not in zone example.com: use an EdgeTunnel of its own zone.');
  expect(problem(() => setUp({}, ['badexample.com']))).toBe('Host name badexample.com is not in zone example.com: use an EdgeTunnel of its own zone.');
  expect(problem(() => setUp({}, []))).toBe('A route without host names cannot be published: give its gateway host names.');
  const { chart, edge } = setUp();
  const other = { ...route(chart, ['api.example.com'], 'other'), service: { name: 'other', namespace: 'gateways', port: 443, scheme: 'https' as const } };
  expect(problem(() => edge.publish(other))).toBe(
    'Host name api.example.com leads to https://envoy-order.gateways.svc.cluster.local:443 already, and is to lead to https://other.gateways.svc.cluster.local:443: publish each name through one gateway.',
  );
  expect(problem(() => new EdgeTunnel(chart, 'again', { zone: 'example.com', account: ACCOUNT, token: TOKEN, tunnelName: 'order' })))
    .toBe('Tunnel order exists already, made by edge/order: give this one another tunnelName or edgeId; a second cluster joins with EdgeConnector.');
  expect(problem(() => new EdgeTunnel(chart, 'second', { zone: 'example.com', account: ACCOUNT, token: TOKEN, connectorName: 'second', plan: 'free' })))
    .toBe('Another tunnel of Terraform stack edge has another zoneId or plan of zone example.com: give both the same, or use two stacks.');
});

test('expressions', () => {
  const table: Array<readonly [() => unknown, string]> = [
    [() => Expression.in(any('ssl'), ['x']), '"ssl" is no field of a request: use one of http.host, http.request.uri.path, http.request.method, http.user_agent, ip.src.country.'],
    [() => Expression.in('ip.src.country', ['cn']), '"cn" is never a value of ip.src.country: give such as \'CN\'.'],
    [() => Expression.method('post'), '"post" is never a value of http.request.method: give such as \'POST\'.'],
    [() => Expression.in('http.host', ['API.example.com']), '"API.example.com" is never a value of http.host: give such as \'api.example.com\'.'],
    [() => Expression.in('http.user_agent', []), 'Expression.in got no value for http.user_agent: give at least one.'],
    [() => Expression.in('http.user_agent', ['a\nb']), '"a\\nb" cannot stand in an edge expression: give a text of 1 to 1024 characters without control characters.'],
    [() => Expression.from(), 'Expression.from got no address range: give at least one.'],
    [() => Expression.always.and(any('true')), 'And got "true" where a condition is taken: build it with Expression.hostname, .path, .from, .in or .raw.'],
    [() => Expression.always.or(any(undefined)), 'Or got undefined where a condition is taken: build it with Expression.hostname, .path, .from, .in or .raw.'],
    [() => Expression.scoreBelow('cf.waf.score', 1), 'Score 1 is outside 2 to 99: give a whole number such as 30.'],
    [() => Expression.raw(' '), '" " is not an expression: give one line of at most 4096 characters.'],
    [() => Expression.path(Path.regex('/a.*')), 'Path pattern "/a.*" cannot be used at the edge: use Path.prefix or Path.exact: patterns need a Business plan; or Expression.raw.'],
  ];
  for (const [action, sentence] of table) expect(problem(action)).toBe(sentence);
  expect(problem(() => Expression.from(...Array.from({ length: 400 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`)))).toMatch(/^The edge expression "ip\.src in .* is longer than 4096 characters: keep long lists in the account/);
});

test('a connector of another cluster leads where the tunnel says, or the synth fails', () => {
  const build = (publish: (chart: Chart) => ConstructorParameters<typeof EdgeConnector>[2]['publish'], domain?: string): string => {
    const app = new NetworkApp();
    const [beijing, shanghai] = ['beijing', 'shanghai'].map((name) => {
      const chart = new Chart(app, name, { namespace: 'edge' });
      Cluster.assign(chart, new Cluster(app, `cluster-${name}`, { name, ...name === 'shanghai' && domain !== undefined && { clusterDomain: domain } }));
      return chart;
    }) as [Chart, Chart];
    const edge = new EdgeTunnel(beijing, 'order', { zone: 'example.com', account: ACCOUNT, token: TOKEN });
    new EdgeConnector(shanghai, 'order', { tunnel: edge, token: TOKEN, publish: publish(shanghai) });
    edge.publish(route(beijing));
    return problem(() => app.assembly());
  };
  expect(build((chart) => [route(chart)])).toBe('nothing was thrown');
  expect(build(() => [])).toContain(
    "Tunnel order sends requests for api.example.com to cloudflared edge/cloudflared of cluster shanghai too, which leads nowhere: publish the route of that cluster's gateway with its EdgeConnector.",
  );
  expect(build((chart) => [route(chart)], 'shanghai.local')).toContain(
    'Tunnel order sends requests for api.example.com to https://envoy-order.gateways.svc.cluster.local:443, and cloudflared edge/cloudflared of cluster shanghai reaches '
    + 'https://envoy-order.gateways.svc.shanghai.local:443: give the gateways of both clusters one name and namespace.',
  );
  expect(build((chart) => [route(chart, ['api.example.com', 'www.example.com'])])).toContain(
    'cloudflared edge/cloudflared of cluster shanghai publishes www.example.com, and tunnel order does not: publish it with the EdgeTunnel too.',
  );
});

test('a stock App writes no Terraform, and says so', () => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'netstack-edge-')) });
  const chart = new Chart(app, 'edge', { namespace: 'edge' });
  new EdgeTunnel(chart, 'order', { zone: 'example.com', account: ACCOUNT, token: TOKEN, publish: [route(chart)] });
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  app.synth();
  app.synth();
  expect(warn.mock.calls).toEqual([["Not written: terraform/, because this program's root is not a NetworkApp. Make it with new NetworkApp().", { type: 'cdk8s-netstack' }]]);
  warn.mockRestore();
  // The Kubernetes half alone needs no Terraform.
  const half = new Chart(new App(), 'edge', { namespace: 'edge' });
  new EdgeConnector(half, 'order', { tunnel: { tunnelName: 'order' }, token: TOKEN, publish: [route(half)] });
  expect((half.toJson() as Array<{ kind: string }>).map(({ kind }) => kind).sort()).toEqual(['Deployment', 'PodDisruptionBudget', 'Service', 'ServiceAccount']);
});
