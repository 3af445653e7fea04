// Random sets of IngressRoutes, middlewares, services and Ingresses of Traefik, with requests.
import type { Choices } from './draw';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

export interface TraefikRequest {
  readonly entryPoint: string;
  /** The port by which the caller knows the entry point. */
  readonly port: number;
  readonly tls: boolean;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly address: string;
}

export interface TraefikWorld {
  readonly documents: readonly Json[];
  readonly requests: readonly TraefikRequest[];
  /** How Traefik is started beside what every set has. The documents say it, or they say nothing of Traefik itself. */
  readonly args: readonly string[];
}

/** Where callers are. */
export const CALLERS: readonly string[] = ['127.9.0.5', '127.9.0.77', '127.9.1.5'];
/** Where the documents say that Traefik listens. */
export const ENTRY_POINTS: Readonly<Record<string, number>> = { web: 8000, websecure: 8443, internal: 9000 };
/** The class of Ingresses that Traefik leaves to others. */
export const FOREIGN = 'other';
/** A class that nobody has. */
export const ABSENT = 'absent';

const HOSTS = ['a.example.com', 'b.example.com', 'example.com'];
const PATHS = ['/', '/a', '/a/', '/ab', '/a/b', '/b', '/b/c', '/c'];
/** A Service and a port of it; with what Traefik makes no router of. */
const SERVICES: ReadonlyArray<readonly [name: string, port: number | string]> = [['web', 80], ['web', 'http'], ['web', 81], ['api', 80], ['api', 'alt'], ['old', 80], ['old', 81]];

/** Rules that Traefik cannot read. */
const UNREADABLE: readonly string[] = [
  'Host(`a.example.com`) &&', 'PathRegexp(`/[a`)', 'Hosts(`a.example.com`)', 'Host(`a.example.com`, `b.example.com`)', 'Path(`a`)', 'Query(`q`, ``)', 'ClientIP(`here`)',
  'PathPrefix(`/a`) Method(`GET`)',
];

export function traefikWorld(choices: Choices, requests: number, address: (service: number) => string): TraefikWorld {
  const known = choices.chance(50);
  const args = known ? ['allowCrossNamespace', 'allowExternalNameServices'].filter(() => choices.chance(30)).map((name) => `--providers.kubernetescrd.${name}=true`) : [];
  if (known && choices.chance(30)) args.push('--providers.kubernetesingress.strictPrefixMatching=true');
  if (known && choices.chance(20)) args.push('--providers.kubernetesingress.allowExternalNameServices=true');
  if (known && choices.chance(15)) {
    const redirection = '--entryPoints.web.http.redirections.entryPoint';
    args.push(`${redirection}.to=${choices.one([':443', ':8443', 'websecure'])}`, ...choices.chance(30) ? [`${redirection}.permanent=false`] : [], ...choices.chance(40) ? [`${redirection}.priority=45`] : []);
  }
  if (known && choices.chance(15)) {
    const middlewares = choices.one(['shop-m0@kubernetescrd', 'far-m0@kubernetescrd,shop-m0@kubernetescrd', 'shop-none@kubernetescrd']);
    args.push(`--entryPoints.${choices.one(['web', 'websecure'])}.http.middlewares=${middlewares}`);
  }
  if (known && choices.chance(10)) args.push('--entryPoints.web.asDefault=true');
  if (known && choices.chance(10)) args.push('--providers.kubernetescrd.ingressClass=inner');
  if (known && choices.chance(10)) args.push(`--providers.kubernetesingress.ingressClass=${choices.one(['traefik', 'own'])}`);
  const maker = new Maker(choices, known);
  const documents = [
    ...['shop', 'far', 'traefik'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...['web', 'api', 'old'].map((name) => service('shop', name)), service('far', 'web'),
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'out', namespace: 'shop' }, spec: { type: 'ExternalName', externalName: address(4), ports: [{ name: 'http', port: 8080 }] } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'users', namespace: 'shop' }, type: 'Opaque', data: { users: Buffer.from('ann:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/').toString('base64') } },
    ...['traefik', FOREIGN].map((name) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name }, spec: { controller: name === FOREIGN ? 'example.com/controller' : 'traefik.io/ingress-controller' } })),
    ...known ? installation(args) : [],
    ...maker.tlsOptions(), ...maker.middlewares(), ...maker.traefikServices(), ...maker.ingressRoutes(), ...maker.streams(), ...maker.ingresses(),
  ];
  return { documents, args, requests: Array.from({ length: requests }, () => maker.request()) };
}

function service(namespace: string, name: string): Json {
  return {
    apiVersion: 'v1', kind: 'Service', metadata: { name, namespace },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }, { name: 'alt', port: 81, targetPort: 8081, protocol: 'TCP' }] },
  };
}

function installation(args: readonly string[]): readonly Json[] {
  const labels = { 'app.kubernetes.io/name': 'traefik' };
  const container = {
    name: 'traefik', image: 'docker.io/traefik:v3.7.13', ports: Object.entries(ENTRY_POINTS).map(([name, containerPort]) => ({ name, containerPort })),
    args: ['--providers.kubernetescrd', '--providers.kubernetesingress', ...Object.entries(ENTRY_POINTS).map(([name, port]) => `--entryPoints.${name}.address=:${port}/tcp`), '--entryPoints.websecure.http.tls=true', ...args],
  };
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'traefik', namespace: 'traefik', labels }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } } },
    {
      apiVersion: 'v1', kind: 'Service', metadata: { name: 'traefik', namespace: 'traefik', labels },
      spec: { type: 'LoadBalancer', selector: labels, ports: [{ name: 'web', port: 80, targetPort: 'web' }, { name: 'websecure', port: 443, targetPort: 'websecure' }] },
    },
  ];
}

class Maker {
  private readonly made: string[] = [];
  private readonly choices: Choices;
  private readonly known: boolean;
  private options: boolean = false;

  constructor(choices: Choices, known: boolean) {
    this.choices = choices;
    this.known = known;
  }

  tlsOptions(): readonly Json[] {
    const { choices } = this;
    if (!choices.chance(20)) return [];
    this.options = true;
    const of = (name: string): Json => ({
      apiVersion: 'traefik.io/v1alpha1', kind: 'TLSOption', metadata: { name, namespace: 'shop' },
      spec: choices.one<Json>([{ minVersion: 'VersionTLS12' }, { clientAuth: { clientAuthType: choices.one(['RequireAnyClientCert', 'RequestClientCert']) } }]),
    });
    return [of('tls0'), of('tls1'), ...choices.chance(30) ? [of('default')] : []];
  }

  middlewares(): readonly Json[] {
    const documents = Array.from({ length: this.choices.between(1, 4) }, (_, index) => {
      const name = `m${index}`;
      const isChain = this.choices.chance(12) && index > 0;
      const spec = isChain ? { chain: { middlewares: this.choices.some(this.made, this.choices.between(1, 2)).map((one) => ({ name: one })) } } : this.middleware();
      this.made.push(name);
      return { apiVersion: 'traefik.io/v1alpha1', kind: 'Middleware', metadata: { name, namespace: 'shop' }, spec };
    });
    return [...documents, { apiVersion: 'traefik.io/v1alpha1', kind: 'Middleware', metadata: { name: 'm0', namespace: 'far' }, spec: { addPrefix: { prefix: '/far' } } }];
  }

  private middleware(): Json {
    const { choices } = this;
    const permanent = choices.chance(50) ? { permanent: true } : {};
    const kinds: ReadonlyArray<readonly [number, () => Json]> = [
      [10, () => ({ stripPrefix: { prefixes: choices.some(['/a', '/a/', '/b', '/'], choices.between(1, 2)) } })],
      [4, () => ({ stripPrefixRegex: { regex: [choices.one(['^/[a-z]+', '^/a', '/b$', '/(a|c)'])] } })],
      [5, () => ({ replacePath: { path: choices.one(['/r', '/r/s']) } })],
      [6, () => ({ replacePathRegex: { regex: choices.one(['^/a/(.*)', '/b', '^/([a-z])(.*)$']), replacement: choices.one(['/z/$1', '/z', '/${1}x']) } })],
      [6, () => ({ addPrefix: { prefix: choices.one(['/p', '/p/']) } })],
      [8, () => ({ redirectScheme: { scheme: choices.one(['https', 'https', 'http']), ...permanent, ...choices.chance(40) && { port: choices.one(['443', '8443', '80']) } } })],
      [8, () => ({ redirectRegex: { regex: choices.one(['^https?://([^/]+)/a(.*)', '^http://(.*)$', '/b$']), replacement: choices.one(['https://$1/new$2', 'https://${1}', '/moved']), ...permanent } })],
      [8, () => ({ headers: { customRequestHeaders: choices.one<Json>([{ 'X-C': '1' }, { 'X-A': '' }, { 'X-C': '2', 'X-A': '2' }, { Host: 'h.example.com' }]) } })],
      [3, () => ({ headers: { accessControlAllowMethods: ['GET'], accessControlAllowOriginList: ['*'] } })],
      [2, () => ({ headers: { frameDeny: true } })],
      [2, () => ({ headers: { allowedHosts: ['a.example.com'] } })],
      [8, () => ({ ipAllowList: { sourceRange: [choices.one(['127.9.0.0/24', '127.9.1.5', '10.0.0.0/8'])], ...choices.chance(30) && { rejectStatusCode: 404 } } })],
      [4, () => ({ basicAuth: { secret: 'users' } })],
      [1, () => ({ forwardAuth: { address: 'http://127.0.0.1:1/' } })],
      [2, () => ({ rateLimit: { average: 10_000, burst: 10_000 } })],
      [2, () => ({ compress: {} })],
      [1, () => ({ retry: { attempts: 2 } })],
      [1, () => ({ inFlightReq: { amount: 1000 } })],
      [2, () => ({ errors: { status: ['500-599'], query: '/e', service: { name: 'web', port: 80 } } })],
      [1, () => ({ addPrefix: { prefix: '/two' }, stripPrefix: { prefixes: ['/a'] } })],
      [1, () => ({ redirectRegex: { regex: '(', replacement: '/x' } })],
    ];
    let left = choices.below(kinds.reduce((sum, [weight]) => sum + weight, 0));
    return kinds.find(([weight]) => (left -= weight) < 0)![1]();
  }

  private uses(): Json {
    const { choices } = this;
    if (!choices.chance(45)) return {};
    const refs: Json[] = choices.some(this.made, choices.between(1, 2)).map((name) => ({ name }));
    if (choices.chance(5)) refs.push({ name: 'absent' });
    if (choices.chance(this.known ? 6 : 2)) refs.push({ name: 'm0', namespace: choices.one(['far', 'shop']) });
    return { middlewares: refs };
  }

  traefikServices(): readonly Json[] {
    const { choices } = this;
    const of = (name: string, spec: Json): Json => ({ apiVersion: 'traefik.io/v1alpha1', kind: 'TraefikService', metadata: { name, namespace: 'shop' }, spec });
    return [
      of('t0', { weighted: { services: Array.from({ length: choices.between(1, 3) }, () => ({ ...this.plain(), weight: choices.one([0, 1, 3]) })) } }),
      of('t1', { mirroring: { ...this.plain(), mirrors: [{ ...this.plain(), percent: 50 }] } }),
      of('t2', { weighted: { services: [{ name: 't0', kind: 'TraefikService', weight: 1 }, { ...this.plain(), weight: choices.one([0, 1]) }] } }),
    ];
  }

  private plain(): Json {
    const { choices } = this;
    if (choices.chance(4)) return { name: 'gone', port: 80 };
    if (choices.chance(4)) return { name: 'web', port: choices.one<Json>([82, 'none']) };
    // Where nothing is known of Traefik, nobody knows what becomes of these.
    if (choices.chance(this.known ? 7 : 2)) return { name: 'out', port: 8080 };
    if (choices.chance(this.known ? 7 : 2)) return { name: 'web', namespace: 'far', port: 80 };
    const [name, port] = choices.one(SERVICES);
    return { name, port, ...choices.chance(6) && { passHostHeader: false } };
  }

  private services(): readonly Json[] {
    const { choices } = this;
    if (choices.chance(3)) return [];
    if (choices.chance(2)) return [{ kind: 'TraefikService', name: 'noop@internal' }];
    if (choices.chance(2)) return [{ kind: 'TraefikService', name: 'absent' }];
    if (choices.chance(18)) return [{ kind: 'TraefikService', name: choices.one(['t0', 't1', 't2']) }];
    if (choices.chance(20)) return Array.from({ length: 2 }, () => ({ ...choices.chance(20) ? { kind: 'TraefikService', name: 't0' } : this.plain(), weight: choices.one([0, 1, 2]) }));
    return [this.plain()];
  }

  ingressRoutes(): readonly Json[] {
    const { choices } = this;
    return Array.from({ length: choices.between(1, 4) }, (_, index) => {
      const entryPoints = choices.one<readonly string[] | undefined>([undefined, ['web'], ['web'], ['websecure'], ['web', 'websecure'], ...this.known ? [['internal'], ['nowhere', 'web']] : []]);
      const secure = this.options ? choices.chance(60) : entryPoints?.join() === 'websecure' && choices.chance(50);
      return {
        apiVersion: 'traefik.io/v1alpha1', kind: 'IngressRoute',
        metadata: { name: `r${index}`, namespace: 'shop', ...this.known && choices.chance(6) && { annotations: { 'kubernetes.io/ingress.class': choices.one(['traefik', 'inner']) } } },
        spec: {
          ...this.known && choices.chance(8) && { ingressClassName: choices.one(['traefik', 'inner', 'other']) }, ...entryPoints && { entryPoints }, ...secure && { tls: this.options && choices.chance(60) ? { options: { name: choices.one(['tls0', 'tls0', 'tls0', 'tls1', 'absent']) } } : {} },
          routes: Array.from({ length: choices.between(1, 3) }, () => {
            const services = this.services();
            return {
              kind: 'Rule', match: this.rule(), ...choices.chance(25) && { priority: choices.one([1, 2, 10, 30, 60, 1000]) }, ...choices.chance(1) && { syntax: 'v2' }, ...this.uses(),
              ...services.length > 0 && { services },
            };
          }),
        },
      };
    });
  }

  /** They take connections away from requests. */
  streams(): readonly Json[] {
    const { choices } = this;
    if (!choices.chance(10)) return [];
    const tls = choices.one<Json>([undefined, {}, { passthrough: true }]);
    const match = choices.one(tls === undefined ? ['HostSNI(`*`)', 'HostSNI(`*`) && ClientIP(`127.9.1.5`)', 'HostSNI(`a.example.com`)'] : ['HostSNI(`a.example.com`)', 'HostSNI(`*`)', 'HostSNIRegexp(`^b`)']);
    const spec = { entryPoints: [choices.one(['web', 'websecure'])], routes: [{ match, services: [{ name: 'old', port: 80 }] }], ...tls && { tls } };
    return [{ apiVersion: 'traefik.io/v1alpha1', kind: 'IngressRouteTCP', metadata: { name: 's0', namespace: 'shop' }, spec }];
  }

  private rule(): string {
    const { choices } = this;
    if (choices.chance(3)) return choices.one(UNREADABLE);
    return this.joined(2);
  }

  private joined(depth: number): string {
    const { choices } = this;
    if (depth === 0 || choices.chance(30)) return `${choices.chance(12) ? '!' : ''}${this.matcher()}`;
    const parts = Array.from({ length: choices.between(2, 3) }, () => (choices.chance(25) ? `${choices.chance(20) ? '!' : ''}(${this.joined(depth - 1)})` : this.joined(0)));
    return parts.join(choices.chance(75) ? ' && ' : ' || ');
  }

  private matcher(): string {
    const { choices } = this;
    const name = (one: string): string => (choices.chance(4) ? choices.one([one.toLowerCase(), one.toUpperCase()]) : one);
    const value = (text: string): string => (choices.chance(8) ? JSON.stringify(text) : `\`${text}\``);
    const call = (called: string, ...args: string[]): string => `${name(called)}(${args.map(value).join(', ')})`;
    const kinds: ReadonlyArray<() => string> = [
      () => call('Host', choices.one([...HOSTS, 'A.Example.com', '*.example.com', '*', 'a.example.com.'])),
      () => call('Host', choices.one(HOSTS)),
      () => call('HostRegexp', choices.one(['^[a-z]+\\.example\\.com$', 'example', '^b\\.'])),
      () => call('Path', choices.one(PATHS)),
      () => call('PathPrefix', choices.one(['/', '/a', '/a/', '/b'])),
      () => call('PathPrefix', choices.one(['/', '/', '/a', '/ab'])),
      () => call('PathRegexp', choices.one(['^/a', '/b$', '^/[ab]+/?$', 'b|c'])),
      () => call('Method', choices.one(['GET', 'POST', 'get'])),
      () => call('Header', choices.one(['X-A', 'x-a', 'X-B']), choices.one(['1', '2'])),
      () => call('HeaderRegexp', 'X-A', choices.one(['^[12]$', '3'])),
      () => call('Query', 'q', choices.one(['1', '2'])),
      () => call('Query', 'q'),
      () => call('QueryRegexp', 'q', choices.one(['^1', '[23]'])),
      () => call('QueryRegexp', 'q'),
      () => call('ClientIP', choices.one(['127.9.0.0/24', '127.9.0.5', '10.0.0.0/8', '::1'])),
    ];
    return choices.one(kinds)();
  }

  ingresses(): readonly Json[] {
    const { choices } = this;
    if (choices.chance(35)) return [];
    return Array.from({ length: choices.between(1, 3) }, (_, index) => {
      const annotations: Record<string, string> = {};
      const spec: Json = {};
      const named = choices.below(100);
      if (named < 60) spec.ingressClassName = 'traefik';
      else if (named < 75) annotations['kubernetes.io/ingress.class'] = choices.one(['traefik', 'traefik', 'own']);
      else if (named < 82) spec.ingressClassName = FOREIGN;
      else if (named < 88) annotations['kubernetes.io/ingress.class'] = FOREIGN;
      else if (named < 92) spec.ingressClassName = ABSENT;
      // Where nothing is known of Traefik, one without a class is anybody's.
      else if (!this.known) spec.ingressClassName = 'traefik';
      const router = (name: string, value: string): void => { annotations[`traefik.ingress.kubernetes.io/router.${name}`] = value; };
      if (choices.chance(25)) router('entrypoints', choices.one(['web', 'websecure', 'web,websecure']));
      if (choices.chance(15)) router('priority', choices.one(['1', '40', '1000']));
      if (choices.chance(15)) router('pathmatcher', choices.one(['PathRegexp', 'Path', 'PathPrefix']));
      if (choices.chance(20)) router('middlewares', choices.some(this.made, 1).map((name) => `shop-${name}@kubernetescrd`).join(','));
      if (choices.chance(10)) router('tls', 'true');
      const bare = choices.chance(12);
      if (bare || choices.chance(15)) spec.defaultBackend = this.backend();
      if (!bare) {
        spec.rules = Array.from({ length: choices.between(1, 2) }, () => ({
          ...choices.chance(75) && { host: choices.one([...HOSTS, '*.example.com', '*.example.com']) },
          http: {
            paths: Array.from({ length: choices.between(1, 3) }, () => ({ path: choices.one(PATHS), pathType: choices.one(['Exact', 'Prefix', 'Prefix', 'ImplementationSpecific']), backend: this.backend() })),
          },
        }));
      }
      return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: `i${index}`, namespace: choices.chance(85) ? 'shop' : 'far', ...Object.keys(annotations).length > 0 && { annotations } }, spec };
    });
  }

  private backend(): Json {
    const { choices } = this;
    if (choices.chance(4)) return { service: { name: 'gone', port: { number: 80 } } };
    if (choices.chance(4)) return { service: { name: 'out', port: { number: 8080 } } };
    if (choices.chance(4)) return { service: { name: 'web', port: choices.one<Json>([{ number: 82 }, { name: 'none' }]) } };
    const [name, port] = choices.one(SERVICES);
    return { service: { name, port: typeof port === 'number' ? { number: port } : { name: port } } };
  }

  request(): TraefikRequest {
    const { choices } = this;
    const entryPoint = choices.one(['web', this.options ? 'websecure' : 'web', 'web', 'websecure', ...this.known ? ['internal'] : []]);
    const headers: Record<string, string> = {};
    if (choices.chance(40)) headers['x-a'] = choices.one(['1', '2', '3']);
    if (choices.chance(15)) headers['x-b'] = choices.one(['1', '2']);
    if (choices.chance(10)) headers.authorization = `Basic ${Buffer.from('ann:wrong').toString('base64')}`;
    const preflight = choices.chance(4);
    if (preflight) Object.assign(headers, { origin: 'https://a.example.com', 'access-control-request-method': 'GET' });
    return {
      entryPoint, port: entryPoint === 'web' ? 80 : entryPoint === 'websecure' ? 443 : ENTRY_POINTS[entryPoint]!, tls: entryPoint === 'websecure',
      method: preflight ? 'OPTIONS' : choices.one(['GET', 'GET', 'GET', 'POST']), host: choices.one([...HOSTS, ...HOSTS, 'c.example.com', 'x.a.example.com', 'other.test']), path: choices.one(PATHS),
      ...choices.chance(35) && { query: choices.one(['q=1', 'q=2', 'q', 'q=12', 'p=1', 'q=3&q=1', 'q=%31']) }, headers, address: choices.one(CALLERS),
    };
  }
}
