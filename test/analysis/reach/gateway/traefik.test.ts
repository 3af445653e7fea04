// Traefik's IngressRoutes: priorities, rules, middlewares, services.
import type { Arrival, Routing } from '../../../../src/analysis/reach/gateway/routing';
import { gatewayRouting } from '../../../../src/analysis/reach/gateway/routing';
import { SERVICE, scene, short } from './scene';

const ROUTE = (routes: string, { name = 'web', tls = '', entryPoints = 'web' } = {}): string => `
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: { name: ${name}, namespace: shop }
spec: { entryPoints: [${entryPoints}], ${tls} routes: [${routes}] }
---`;
const MIDDLEWARE = (name: string, spec: string): string => `
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
---`;
const rule = (match: string, service: string, more: string = ''): string => `{ kind: Rule, match: '${match}', services: [{ name: ${service}, port: 80 }] ${more} }`;
const BASE = `${SERVICE('web')}${SERVICE('canary')}`;
const TRAEFIK = (...args: readonly string[]): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: traefik, namespace: traefik }
spec:
  selector: { matchLabels: { app: traefik } }
  template:
    metadata: { labels: { app: traefik } }
    spec:
      containers:
        - name: traefik
          image: traefik:v3.7.13
          args: ${JSON.stringify(['--providers.kubernetescrd', '--providers.kubernetesingress', '--entryPoints.web.address=:8000', '--entryPoints.websecure.address=:8443', '--entryPoints.websecure.http.tls=true', '--entryPoints.internal.address=:9000', ...args])}
---
apiVersion: v1
kind: Service
metadata: { name: traefik, namespace: traefik }
spec: { selector: { app: traefik }, ports: [{ name: web, port: 80, targetPort: 8000 }, { name: websecure, port: 443, targetPort: 8443 }] }
---`;
const HOME: Arrival = { port: 80, facts: {}, request: { scheme: 'http', host: 'shop.example.com', method: 'GET', headers: {}, path: '/' } };
const routed = (yaml: string, path: string, { request = {}, ...arrival }: Partial<Arrival> = {}): readonly Routing[] => scene(`${BASE}${yaml}`).derive(gatewayRouting)
  .route({ ...HOME, ...arrival, request: { ...HOME.request, path, ...request } });
/** The first answer with where it leads. */
const location = (yaml: string, path: string, arrival?: Partial<Arrival>): string => routed(yaml, path, arrival).map((one) => (one.verdict.outcome === 'denied' ? `${one.status} ${one.location}` : short(one))).join('; ');
/** The path that the backend sees. */
const seenBy = (yaml: string, path: string): string | undefined => routed(yaml, path)[0]?.backends[0]?.request.path;
const ask = (yaml: string, path: string, { request = {}, ...arrival }: Partial<Arrival> = {}): string => scene(`${BASE}${yaml}`).derive(gatewayRouting)
  .route({ port: 80, facts: {}, ...arrival, request: { scheme: 'http', host: 'shop.example.com', method: 'GET', headers: {}, path, ...request } }).map(short).join('; ');

test('the longest rule goes first, whatever it asks, unless a priority says otherwise', () => {
  const long = rule('HostRegexp(`^.+\\.example\\.com$`) && PathPrefix(`/`)', 'canary');
  const exact = rule('Host(`shop.example.com`) && Path(`/a`)', 'web');
  expect(ask(ROUTE(`${exact}, ${long}`), '/a')).toBe('shop/canary');
  expect(ask(ROUTE(`${rule('Host(`shop.example.com`) && Path(`/a`)', 'web', ', priority: 1000')}, ${long}`), '/a')).toBe('shop/web');
});

test('prefixes are texts, hosts may have one label for a star, and rules are joined', () => {
  const routes = ROUTE(`${rule('Host(`*.example.com`) && (PathPrefix(`/api`) || Method(`POST`)) && !Header(`x-old`, `1`)', 'web')}`);
  expect(ask(routes, '/apis')).toBe('shop/web');
  expect(ask(routes, '/other', { request: { method: 'POST' } })).toBe('shop/web');
  expect(ask(routes, '/other')).toBe('');
  expect(ask(routes, '/api', { request: { headers: { 'x-old': '1' } } })).toBe('');
  expect(ask(routes, '/api', { request: { host: 'a.b.example.com' } })).toBe('');
  expect(ask(routes, '/api', { request: { headers: undefined } })).toContain('undetermined: Whether IngressRoute shop/web');
});

test('two rules of one length stand in no order', () => {
  const two = (other: string): string => ROUTE(`${rule('PathPrefix(`/aa`)', 'web')}, ${rule('PathPrefix(`/a/`)', 'web')}`) + ROUTE(rule('PathPrefix(`/a`) ', other), { name: 'other' });
  expect(ask(two('canary'), '/aa')).toBe('undetermined: IngressRoute shop/web (PathPrefix(`/aa`)) and IngressRoute shop/other (PathPrefix(`/a`) ) take the same requests, and which goes first is not defined');
  expect(ask(two('web'), '/aa')).toBe('shop/web');
});

test('a route that Traefik cannot read is left out, and named to those who ask for its host', () => {
  const unread = ROUTE(rule('Host(`shop.example.com`) && PathRegexp(`/[a`)', 'web'));
  const said = '404 No router of Traefik takes it: a route of IngressRoute shop/web is left out, because the expression /[a is not one of Go: a "[" has no "]"';
  const why = (yaml: string, host?: string): string | undefined => {
    const [found] = scene(`${BASE}${yaml}`).derive(gatewayRouting).route({ port: 80, facts: {}, request: { scheme: 'http', host: host ?? 'shop.example.com', method: 'GET', headers: {}, path: '/' } });
    return found && `${found.status} ${found.verdict.because}`;
  };
  expect(why(unread)).toBe(said);
  expect(why(unread + ROUTE(rule('PathPrefix(`/other`)', 'canary'), { name: 'other' }))).toBe(said);
  expect(why(unread, 'other.example.com')).toBeUndefined();
  // What another route takes is not its own.
  expect(ask(unread + ROUTE(rule('PathPrefix(`/`)', 'canary'), { name: 'other' }), '/')).toBe('shop/canary');
});

test('a router with TLS is for requests with TLS', () => {
  const secure = ROUTE(rule('Host(`shop.example.com`)', 'web'), { tls: 'tls: {},', entryPoints: 'websecure' });
  expect(ask(secure, '/')).toBe('');
  expect(ask(secure, '/', { port: 443, request: { scheme: 'https' } })).toBe('shop/web');
});

test('middlewares redirect, let in and keep out, or are not known', () => {
  const routed = (middleware: string): string => ROUTE(rule('Host(`shop.example.com`)', 'web', `, middlewares: [{ name: ${middleware} }]`));
  expect(ask(routed('https') + MIDDLEWARE('https', 'redirectScheme: { scheme: https, permanent: true }'), '/a')).toBe('301 https://shop.example.com/a');
  const inside = routed('inside') + MIDDLEWARE('inside', 'ipAllowList: { sourceRange: [10.0.0.0/8] }');
  expect(ask(inside, '/', { address: '10.0.0.1' })).toBe('shop/web');
  expect(ask(inside, '/', { address: '192.0.2.1' })).toBe('403');
  expect(ask(inside, '/')).toBe('undetermined: Middleware shop/inside looks at the address of the caller, which is not known');
  expect(ask(routed('auth') + MIDDLEWARE('auth', 'forwardAuth: { address: "http://auth.shop.svc" }'), '/')).toBe('undetermined: What the forwardAuth of Middleware shop/auth does is not modelled');
  expect(ask(routed('users') + MIDDLEWARE('users', 'basicAuth: { secret: users }'), '/')).toBe('401');
});

test('a middleware sees the request as the one before has left it', () => {
  const routed = (...names: string[]): string => ROUTE(rule('Host(`shop.example.com`)', 'web', `, middlewares: [${names.map((name) => `{ name: ${name} }`).join(', ')}]`));
  const strip = MIDDLEWARE('strip', 'stripPrefix: { prefixes: [/a] }');
  expect(location(routed('strip', 'https') + strip + MIDDLEWARE('https', 'redirectScheme: { scheme: https }'), '/a/b')).toBe('302 https://shop.example.com/b');
  expect(location(routed('host', 'https') + MIDDLEWARE('host', 'headers: { customRequestHeaders: { Host: other.example.com } }') + MIDDLEWARE('https', 'redirectScheme: { scheme: https }'), '/a')).toBe('302 https://other.example.com/a');
  expect(seenBy(routed('strip', 'add') + strip + MIDDLEWARE('add', 'addPrefix: { prefix: /p }'), '/a')).toBe('/p');
  expect(seenBy(routed('strip') + strip, '/a')).toBe('/');
  expect(seenBy(routed('regex') + MIDDLEWARE('regex', 'stripPrefixRegex: { regex: ["/b", "^/[a-z]+"] }'), '/abc/b')).toBe('/b');
  expect(seenBy(routed('replace') + MIDDLEWARE('replace', 'replacePathRegex: { regex: ^/a, replacement: /z }'), '/a/b')).toBe('/z/b');
  expect(seenBy(routed('replace') + MIDDLEWARE('replace', 'replacePathRegex: { regex: ^/a/(.*), replacement: /z/$1 }'), '/b')).toBe('/b');
  const by = (regex: string, replacement: string, path: string): string | undefined => seenBy(routed('replace') + MIDDLEWARE('replace', `replacePathRegex: { regex: "${regex}", replacement: "${replacement}" }`), path);
  expect(by('^/a/(.*)', '/z/$1', '/a/b')).toBe('/z/b');
  expect(by('^/([a-z])(.*)$', '/${2}/$1', '/abc')).toBe('/bc/a');
  // A name goes on as long as it can, and what is no group is nothing.
  expect(by('^/(a)', '/z$1x', '/a/b')).toBe('/z/b');
  expect(by('(?i)^/A/(.*)', '/z/$1', '/a/b')).toBeUndefined();
  expect(location(routed('replace') + MIDDLEWARE('replace', 'replacePathRegex: { regex: /b, replacement: /z/$1 }'), '/b/c')).toBe('400 undefined');
  // Who keeps out is behind who may: it is one of them.
  expect(ask(routed('auth', 'out') + MIDDLEWARE('auth', 'basicAuth: { secret: users }') + MIDDLEWARE('out', 'ipAllowList: { sourceRange: [192.0.2.0/24] }'), '/', { address: '10.0.0.1', request: { headers: { authorization: 'Basic eA==' } } })).toBe('undefined');
});

test('redirects to another port or by an expression, hosts that are let in, and what browsers ask before they call', () => {
  const through = (spec: string, path: string, arrival?: Partial<Arrival>): string => location(ROUTE(rule('PathPrefix(`/`)', 'web', ', middlewares: [{ name: m }]')) + MIDDLEWARE('m', spec), path, arrival);
  expect(through('redirectScheme: { scheme: http, port: "8080" }', '/a')).toBe('302 http://shop.example.com:8080/a');
  expect(through('redirectScheme: { scheme: https, port: "443", permanent: true }', '/a', { request: { method: 'POST' } })).toBe('308 https://shop.example.com/a');
  expect(through('redirectScheme: { scheme: http }', '/a')).toBe('shop/web');
  expect(through('redirectRegex: { regex: ^http://shop, replacement: https://shop }', '/a')).toBe('302 https://shop.example.com/a');
  expect(through('redirectRegex: { regex: "^http://(.*)", replacement: "https://$1" }', '/a')).toBe('302 https://shop.example.com/a');
  expect(through('redirectRegex: { regex: "(?i)^http://(.*)", replacement: "https://$1" }', '/a')).toBe('302 undefined');
  expect(through('redirectRegex: { regex: "^http://(.*)", replacement: "http://$1" }', '/a')).toBe('shop/web');
  expect(through('redirectRegex: { regex: "(?i)^http://(.*)", replacement: "http://$1" }', '/a')).toBe('undetermined: Whether Middleware shop/m sends the caller elsewhere is not known');
  expect(through('redirectRegex: { regex: /b$, replacement: /c }', '/a')).toBe('shop/web');
  expect(through('headers: { allowedHosts: [other.example.com] }', '/a')).toBe('500 undefined');
  const preflight = { request: { method: 'OPTIONS', headers: { origin: 'https://a.example.com', 'access-control-request-method': 'GET' } } };
  expect(through('headers: { accessControlAllowMethods: [GET] }', '/a', preflight)).toBe('200 undefined');
  expect(through('headers: { accessControlAllowMethods: [GET] }', '/a', { request: { method: 'OPTIONS' } })).toBe('shop/web');
  expect(through('headers: { frameDeny: true }', '/a', preflight)).toBe('shop/web');
});

test('a router that names what is not there, or what Traefik may not use, is left out, and the next one takes its requests', () => {
  const longer = (services: string, more: string = ''): string => ROUTE(`{ kind: Rule, match: "Host(\`shop.example.com\`) && PathPrefix(\`/\`)", ${services} ${more} }`, { name: 'longer' }) + ROUTE(rule('PathPrefix(`/`)', 'canary'));
  const web = 'services: [{ name: web, port: 80 }]';
  expect(ask(longer(web), '/')).toBe('shop/web');
  expect(ask(longer('services: [{ name: gone, port: 80 }]'), '/')).toBe('shop/canary');
  expect(ask(longer('services: [{ name: web, port: 8443 }]'), '/')).toBe('shop/canary');
  expect(ask(longer('services: [{ name: web, port: 80 }, { name: split, kind: TraefikService }]'), '/')).toBe('shop/canary');
  expect(ask(longer('services: []'), '/')).toBe('shop/canary');
  expect(ask(longer(web, ', middlewares: [{ name: absent }]'), '/')).toBe('shop/canary');
  for (const spec of ['headers: {}', 'addPrefix: { prefix: /a }, compress: {}', 'replacePathRegex: { regex: "(", replacement: / }', 'chain: { middlewares: [{ name: absent }] }']) {
    expect(ask(longer(web, ', middlewares: [{ name: m }]') + MIDDLEWARE('m', spec), '/')).toBe('shop/canary');
  }
  // Whether Traefik follows these is said where it is started.
  const far = `${longer('services: [{ name: web, namespace: far, port: 80 }]')}${SERVICE('web').replace('namespace: shop', 'namespace: far')}`;
  expect(ask(far, '/')).toContain('undetermined: Whether IngressRoute shop/longer');
  expect(ask(far + TRAEFIK(), '/')).toBe('shop/canary');
  expect(ask(far + TRAEFIK('--providers.kubernetescrd.allowCrossNamespace'), '/')).toBe('far/web');
  const out = `${longer('services: [{ name: out, port: 80 }]')}
apiVersion: v1
kind: Service
metadata: { name: out, namespace: shop }
spec: { type: ExternalName, externalName: out.example.com, ports: [{ port: 80 }] }
---`;
  expect(ask(out, '/')).toContain('whether Traefik allows Services of type ExternalName is not known');
  expect(ask(out + TRAEFIK(), '/')).toBe('shop/canary');
  expect(ask(out + TRAEFIK('--providers.kubernetescrd.allowExternalNameServices=true'), '/')).toBe('shop/out');
});

test('of two routes of one IngressRoute with one rule the last is there', () => {
  expect(ask(ROUTE(`${rule('PathPrefix(`/`)', 'web')}, ${rule('PathPrefix(`/`)', 'canary')}`), '/')).toBe('shop/canary');
});

test('services without any weight take their share, and answer 503', () => {
  const weightless = `${ROUTE('{ kind: Rule, match: "PathPrefix(`/`)", services: [{ name: none, kind: TraefikService, weight: 1 }, { name: web, port: 80, weight: 1 }] }')}
apiVersion: traefik.io/v1alpha1
kind: TraefikService
metadata: { name: none, namespace: shop }
spec: { weighted: { services: [{ name: canary, port: 80, weight: 0 }] } }
---`;
  expect(scene(`${BASE}${weightless}`).derive(gatewayRouting).route(HOME).map(({ backends, refused }) => [backends.map(({ name, share }) => `${name} ${share}`), refused.map(({ status, share }) => `${status} ${share}`)])).toEqual([[['web 0.5'], ['503 0.5']]]);
  expect(ask(ROUTE('{ kind: Rule, match: "PathPrefix(`/`)", services: [{ name: noop@internal, kind: TraefikService }] }'), '/')).toBe('418');
});

test('values of a query are read without escapes, each of them; a dot at the end of a host says nothing', () => {
  const by = (match: string, request: Arrival['request']): string => ask(ROUTE(rule(match, 'web')), '/', { request });
  expect(by('Query(`q`, `a b`)', { query: 'q=1&q=a%20b' })).toBe('shop/web');
  expect(by('Query(`q`, `1`)', { query: 'q=1;2' })).toBe('');
  expect(by('QueryRegexp(`q`, `^2`)', { query: 'q=1&q=22' })).toBe('shop/web');
  expect(by('Header(`Host`, `shop.example.com`)', {})).toBe('');
  expect(by('Host(`shop.example.com.`)', {})).toBe('shop/web');
  expect(by('Host(`shop.example.com`)', { host: 'shop.example.com.' })).toBe('shop/web');
});

test('a router without entry points is at the default ones, and each ends TLS or does not', () => {
  const everywhere = ROUTE(rule('PathPrefix(`/`)', 'web'), { entryPoints: '' });
  const secure: Partial<Arrival> = { port: 443, request: { scheme: 'https' } };
  for (const known of ['', TRAEFIK()]) {
    expect(ask(everywhere + known, '/')).toBe('shop/web');
    expect(ask(everywhere + known, '/', secure)).toBe('shop/web');
    expect(ask(ROUTE(rule('PathPrefix(`/`)', 'web'), { entryPoints: 'web, websecure' }) + known, '/', secure)).toBe('shop/web');
  }
  expect(ask(ROUTE(rule('PathPrefix(`/`)', 'web'), { entryPoints: 'internal' }) + TRAEFIK(), '/')).toBe('');
  expect(ask(ROUTE(rule('PathPrefix(`/`)', 'web'), { entryPoints: 'internal' }) + TRAEFIK(), '/', { port: 9000 })).toBe('shop/web');
  expect(ask(everywhere + TRAEFIK('--entryPoints.internal.asDefault'), '/')).toBe('');
});

test('entry points may send everything to another one, and put middlewares before those of each router', () => {
  const route = ROUTE(rule('PathPrefix(`/`)', 'web'), { entryPoints: '' });
  const to = (target: string, ...more: string[]): string => route + TRAEFIK(`--entryPoints.web.http.redirections.entryPoint.to=${target}`, ...more.map((one) => `--entryPoints.web.http.redirections.entryPoint.${one}`));
  expect(location(to(':443'), '/a')).toBe('301 https://shop.example.com/a');
  expect(location(to('websecure', 'permanent=false'), '/a')).toBe('302 https://shop.example.com:8443/a');
  expect(location(to(':443'), '/a', { port: 443, request: { scheme: 'https' } })).toBe('shop/web');
  expect(location(to(':443', 'priority=1'), '/a')).toBe('shop/web');
  const before = (name: string): string => route + MIDDLEWARE('add', 'addPrefix: { prefix: /p }') + TRAEFIK(`--entryPoints.web.http.middlewares=${name}`);
  expect(seenBy(before('shop-add@kubernetescrd'), '/a')).toBe('/p/a');
  expect(ask(before('shop-absent@kubernetescrd'), '/a')).toBe('');
});

test('what stands before the middlewares of an entry point stands before its redirection', () => {
  const redirected = (middleware: string): string => ROUTE(rule('PathPrefix(`/`)', 'web')) + MIDDLEWARE('strip', 'stripPrefix: { prefixes: [/a] }')
    + TRAEFIK('--entryPoints.web.http.redirections.entryPoint.to=:443', `--entryPoints.web.http.middlewares=${middleware}`);
  expect(location(redirected('shop-strip@kubernetescrd'), '/a/b')).toBe('301 https://shop.example.com/b');
  expect(location(redirected('shop-absent@kubernetescrd'), '/a/b')).toBe('');
});

test('a route that is left out does not take the name of another with its rule', () => {
  expect(ask(ROUTE(`${rule('PathPrefix(`/`)', 'web')}, ${rule('PathPrefix(`/`)', 'gone')}`), '/')).toBe('shop/web');
  // One whose middleware is not there has taken it before that is seen.
  expect(ask(ROUTE(`${rule('PathPrefix(`/`)', 'web')}, ${rule('PathPrefix(`/`)', 'canary', ', middlewares: [{ name: absent }]')}`), '/')).toBe('');
});

test('a service that is called by its address keeps no host', () => {
  const hosts = (yaml: string): readonly unknown[] => routed(yaml, '/')[0]!.backends.map(({ request: { host } }) => host);
  expect(hosts(ROUTE('{ kind: Rule, match: "PathPrefix(`/`)", services: [{ name: web, port: 80, passHostHeader: false }] }'))).toEqual([undefined]);
  const other = ROUTE('{ kind: Rule, match: "Path(`/other`)", services: [{ name: web, port: 80, passHostHeader: false }] }', { name: 'other' });
  expect(hosts(ROUTE(rule('PathPrefix(`/`)', 'web')) + other)).toEqual(['shop.example.com']);
  expect(hosts(ROUTE('{ kind: Rule, match: "PathPrefix(`/`)", services: [{ name: web, port: 80 }, { name: canary, port: 80 }] }') + other)).toEqual([undefined, 'shop.example.com']);
});

describe('TLSOptions', () => {
  const OPTION = (spec: string, name: string = 'mtls'): string => `
apiVersion: traefik.io/v1alpha1
kind: TLSOption
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
---`;
  const REQUIRED = 'clientAuth: { clientAuthType: RequireAndVerifyClientCert, secretNames: [ca] }';
  const secure = (match: string, options: string, name: string = 'web'): string => ROUTE(rule(match, name === 'web' ? 'web' : 'canary'), { name, entryPoints: 'websecure', tls: `tls: { ${options} },` });
  const call = (yaml: string, facts: Arrival['facts'] = {}): string => routed(yaml, '/', { port: 443, facts, request: { scheme: 'https' } }).map((one) => `${short(one)}${one.verdict.answer === 'reset' ? ' reset' : ''}`).join('; ');

  test('who has no certificate where one is asked for is cut off', () => {
    const named = secure('Host(`shop.example.com`)', 'options: { name: mtls }');
    expect(call(named + OPTION(REQUIRED))).toContain('reset');
    expect(call(named + OPTION(REQUIRED), { clientCertificate: true })).toBe('shop/web');
    expect(call(named + OPTION('clientAuth: { clientAuthType: RequestClientCert }'))).toBe('shop/web');
    expect(call(named + OPTION('minVersion: VersionTLS13'))).toBe('shop/web');
    expect(call(secure('Host(`shop.example.com`)', '') + OPTION(REQUIRED, 'default'))).toContain('reset');
    expect(call(secure('Host(`shop.example.com`)', '') + OPTION(REQUIRED, 'other'))).toBe('shop/web');
  });

  test('one that is not there leaves the router out; different ones for a host are not decided', () => {
    const named = secure('Host(`shop.example.com`)', 'options: { name: mtls }');
    expect(call(named)).toBe('404');
    expect(call(named + OPTION(REQUIRED) + secure('Host(`shop.example.com`) && Path(`/a`)', '', 'other'))).toContain('have different TLSOptions');
    expect(call(named + OPTION(REQUIRED) + secure('PathPrefix(`/`) && HostRegexp(`^shop\\.example\\.com$`)', '', 'other'))).toContain('have different TLSOptions');
    expect(call(named + OPTION(REQUIRED) + secure('Host(`other.example.com`)', '', 'other'))).toContain('reset');
  });
});

test('connections that an IngressRouteTCP takes have no requests that anybody reads', () => {
  const stream = (match: string, tls: string = '', entryPoint: string = 'web'): string => `
apiVersion: traefik.io/v1alpha1
kind: IngressRouteTCP
metadata: { name: stream, namespace: shop }
spec: { entryPoints: [${entryPoint}], ${tls} routes: [{ match: '${match}', services: [{ name: canary, port: 80 }] }] }
---`;
  const plain = ROUTE(rule('Host(`shop.example.com`)', 'web'));
  const taken = 'takes connections of the entry point before requests are read';
  expect(ask(plain + stream('HostSNI(`*`)'), '/')).toContain(taken);
  expect(ask(plain + stream('HostSNI(`*`) && ClientIP(`192.0.2.1`)'), '/', { address: '192.0.2.2' })).toBe('shop/web');
  // Others than those for every name need TLS.
  expect(ask(plain + stream('HostSNI(`shop.example.com`)'), '/')).toBe('shop/web');
  expect(ask(plain + stream('HostSNI(`*`)', '', 'postgres'), '/')).toBe('shop/web');
  expect(ask(plain + stream('HostSNI(`*`)', '', 'websecure'), '/', { request: { scheme: 'http' } })).toContain(taken);
  expect(ask(plain + stream('HostSNI(`*`)', '', 'websecure') + TRAEFIK(), '/')).toBe('shop/web');
  const https: Partial<Arrival> = { port: 443, request: { scheme: 'https' } };
  const secure = (match: string): string => ROUTE(rule(match, 'web'), { entryPoints: 'websecure' });
  expect(ask(secure('Host(`shop.example.com`)') + stream('HostSNI(`shop.example.com`)', 'tls: { passthrough: true },', 'websecure'), '/', https)).toBe('shop/web');
  expect(ask(secure('PathPrefix(`/`)') + stream('HostSNI(`shop.example.com`)', 'tls: { passthrough: true },', 'websecure'), '/', https)).toContain(taken);
  expect(ask(secure('PathPrefix(`/`)') + stream('HostSNI(`*`)', 'tls: { passthrough: true },', 'websecure'), '/', https)).toBe('shop/web');
});

test('IngressRoutes of another class are left out, where the class of Traefik is known', () => {
  const classed = (name: string): string => ROUTE(rule('PathPrefix(`/`)', 'web')).replace('spec: {', `spec: { ingressClassName: ${name},`);
  expect(ask(classed('inner'), '/')).toContain('undetermined');
  expect(ask(classed('traefik'), '/')).toBe('shop/web');
  expect(ask(classed('inner') + TRAEFIK(), '/')).toBe('');
  expect(ask(classed('inner') + TRAEFIK('--providers.kubernetescrd.ingressClass=inner'), '/')).toBe('shop/web');
  expect(ask(ROUTE(rule('PathPrefix(`/`)', 'web')) + TRAEFIK('--providers.kubernetescrd.ingressClass=inner'), '/')).toBe('');
});

describe('Ingresses that Traefik takes', () => {
  const INGRESS = (rules: string, { name = 'in', annotations = '', className = 'traefik' } = {}): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name}, namespace: shop, annotations: { ${annotations} } }
spec: { ${className === '' ? '' : `ingressClassName: ${className},`} ${rules} }
---`;
  const path = (route: string, service: string, pathType: string = 'Prefix'): string => `{ path: "${route}", pathType: ${pathType}, backend: { service: { name: ${service}, port: { number: 80 } } } }`;
  const at = (host: string, ...paths: string[]): string => `rules: [{ ${host === '' ? '' : `host: "${host}",`} http: { paths: [${paths.join(', ')}] } }]`;

  test('they stand in one order with IngressRoutes, by the length of their rules', () => {
    const ingress = INGRESS(at('shop.example.com', path('/a', 'web')));
    expect(ask(ingress + ROUTE(rule('PathPrefix(`/`)', 'canary')), '/a')).toBe('shop/web');
    expect(ask(ingress + ROUTE(rule('Host(`shop.example.com`) && PathPrefix(`/a`) && Method(`GET`)', 'canary')), '/a')).toBe('shop/canary');
    expect(ask(ingress + ROUTE(rule('Host(`shop.example.com`) && PathPrefix(`/a`)', 'canary')), '/a')).toContain('which goes first is not defined');
    expect(ask(INGRESS(at('shop.example.com', path('/a', 'web')), { annotations: 'traefik.ingress.kubernetes.io/router.priority: "100"' }) + ROUTE(rule('Host(`shop.example.com`) && PathPrefix(`/a`)', 'canary')), '/a')).toBe('shop/web');
    // A long rule without a host goes before a short one with it.
    expect(ask(INGRESS(at('shop.example.com', path('/', 'web')) ) + INGRESS(at('', path('/a-long-path-of-many-letters-and-more', 'canary')), { name: 'other' }), '/a-long-path-of-many-letters-and-more')).toBe('shop/canary');
    expect(ask(ingress, '/b')).toBe('404');
  });

  test('prefixes are texts unless Traefik is told otherwise; a default backend is one of an Ingress without rules', () => {
    const ingress = INGRESS(at('', path('/a', 'web')));
    expect(ask(ingress + TRAEFIK(), '/ab')).toBe('shop/web');
    expect(ask(ingress + TRAEFIK('--providers.kubernetesIngress.strictPrefixMatching'), '/ab')).toBe('');
    expect(ask(ingress, '/ab')).toContain('undetermined');
    expect(ask(ingress, '/a/b')).toBe('shop/web');
    const fallback = 'defaultBackend: { service: { name: canary, port: { number: 80 } } }';
    expect(ask(INGRESS(fallback, { name: 'all' }) + ingress, '/b')).toBe('shop/canary');
    expect(ask(INGRESS(`${fallback}, ${at('', path('/a', 'web'))}`), '/b')).toBe('');
    expect(ask(INGRESS(at('*.example.com', path('/', 'web'))), '/')).toBe('shop/web');
  });

  test('annotations say entry points, TLS, how paths are compared, and middlewares', () => {
    const said = (name: string, value: string): string => `traefik.ingress.kubernetes.io/router.${name}: "${value}"`;
    const ingress = (annotations: string): string => INGRESS(at('shop.example.com', path('/a[bc]', 'web', 'ImplementationSpecific')), { annotations });
    expect(ask(ingress(said('pathmatcher', 'PathRegexp')), '/ac')).toBe('shop/web');
    expect(ask(ingress(said('pathmatcher', 'PathRegexp')), '/ad')).toBe('404');
    const plain = (annotations: string): string => INGRESS(at('shop.example.com', path('/', 'web')), { annotations });
    expect(ask(plain(said('entrypoints', 'websecure')), '/')).toBe('404');
    expect(ask(plain(said('tls', 'true')), '/')).toBe('404');
    expect(ask(plain(said('middlewares', 'shop-https@kubernetescrd')) + MIDDLEWARE('https', 'redirectScheme: { scheme: https, permanent: true }'), '/')).toBe('301 https://shop.example.com/');
    expect(ask(plain(said('middlewares', 'shop-https@kubernetescrd')), '/')).toBe('404');
    expect(ask(INGRESS(at('shop.example.com', path('/', 'gone'))), '/')).toBe('404');
  });

  test('of other classes they are not Traefik\'s, and without a class where it is known to run', () => {
    const none = INGRESS(at('', path('/', 'web')), { className: '' });
    const long = ROUTE(rule('PathPrefix(`/`) && Host(`shop.example.com`)', 'canary'));
    expect(ask(none + long, '/')).toBe('shop/web; shop/canary');
    expect(ask(none + long + TRAEFIK(), '/')).toBe('shop/canary');
    const classed = (controller: string): string => `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: inner }
spec: { controller: ${controller} }
---`;
    const inner = INGRESS(at('', path('/', 'web')), { className: 'inner' });
    expect(ask(inner + long + classed('traefik.io/ingress-controller'), '/')).toBe('shop/canary');
    expect(ask(inner + long + classed('example.com/controller'), '/')).toBe('shop/web; shop/canary');
  });
});

test('weights of services and of TraefikServices multiply', () => {
  const split = `${ROUTE('{ kind: Rule, match: "PathPrefix(`/`)", services: [{ name: split, kind: TraefikService, weight: 1 }, { name: web, port: 80, weight: 1 }] }')}
apiVersion: traefik.io/v1alpha1
kind: TraefikService
metadata: { name: split, namespace: shop }
spec: { weighted: { services: [{ name: web, port: 80, weight: 3 }, { name: canary, port: 80, weight: 1 }] } }
---`;
  expect(ask(split, '/')).toBe('shop/web 0.375, shop/canary 0.125, shop/web 0.5');
});
