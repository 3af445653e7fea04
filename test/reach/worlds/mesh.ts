// Random policies of Istio for the pods of one namespace, and calls that come close to them.
import type { Choices } from './draw';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

export interface MeshCaller {
  /** `front/web`, or an address. */
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Shows a certificate of the mesh wherever it is asked for. */
  readonly meshed: boolean;
  readonly address: string;
}

export interface MeshToken {
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface MeshCall {
  readonly caller: MeshCaller;
  readonly port: number;
  /** Absent: bytes. */
  readonly request?: { readonly method: string; readonly host: string; readonly path: string; readonly headers: Readonly<Record<string, string>> };
  readonly token?: MeshToken;
}

export interface MeshPorts {
  readonly http: readonly [number, number];
  readonly tcp: number;
}

export interface MeshWorld {
  readonly name: string;
  readonly namespace: string;
  readonly documents: readonly Json[];
  readonly ports: MeshPorts;
  readonly calls: readonly MeshCall[];
}

export interface MeshWorldOptions {
  readonly name: string;
  readonly ports: MeshPorts;
  readonly calls: number;
  readonly podAddress: string;
  /** Keys of the issuers, for proxies that check what they sign. */
  readonly jwks?: string;
}

const ISSUERS = ['https://id.example.com', 'https://login.example.com/realm', 'stranger'];
const TOKENS: readonly MeshToken[] = [
  { issuer: ISSUERS[0]!, subject: 'anna', audiences: ['orders'], claims: { groups: ['admin', 'staff'], scope: 'read write', azp: 'portal', org: { unit: 'emea' } } },
  { issuer: ISSUERS[0]!, subject: 'bob', audiences: ['stock', 'orders'], claims: { groups: 'staff', scope: 'read', azp: 'cli' } },
  { issuer: ISSUERS[0]!, subject: 'anna', audiences: ['elsewhere'], claims: { groups: [] } },
  { issuer: ISSUERS[1]!, subject: 'carl', audiences: ['orders'], claims: { groups: ['guests'], org: { unit: ['apac', 'emea'] }, level: 3 } },
  { issuer: ISSUERS[2]!, subject: 'eve', audiences: ['orders'], claims: { groups: ['admin'] } },
];

/** Callers that every world knows: their pods are in documents of {@link commonDocuments}. */
export const CALLERS: readonly MeshCaller[] = [
  caller('front', 'web', true, '127.0.1.5'), caller('front', 'admin', true, '127.0.1.6'), caller('back', 'web', true, '127.0.1.7'), caller('front-office', 'web', true, '127.0.1.8'),
  caller('legacy', 'batch', false, '127.0.1.9'),
];
const OUTSIDERS: readonly MeshCaller[] = ['127.0.2.5', '127.0.2.77', '127.0.3.9'].map((address) => ({ name: address, namespace: '', serviceAccount: '', meshed: false, address }));
/** The addresses of every pod. */
export const POD_CIDR = '127.0.1.0/24';

function caller(namespace: string, name: string, meshed: boolean, address: string): MeshCaller {
  return { name: `${namespace}/${name}`, namespace, serviceAccount: name, meshed, address };
}

function deployment(namespace: string, name: string, labels: Record<string, string> = {}): Json {
  return {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace },
    spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name, ...labels } }, spec: { serviceAccountName: name, containers: [{ name: 'main', image: 'registry.example.com/main:1.7.4' }] } } },
  };
}

function namespaceOf(name: string, labels: Record<string, string>): Json {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

export function commonDocuments(): readonly Json[] {
  const places = [...new Set(CALLERS.map(({ namespace }) => namespace))];
  return [
    ...places.map((name) => namespaceOf(name, name === 'legacy' ? {} : { 'istio-injection': 'enabled' })),
    ...CALLERS.map(({ namespace, serviceAccount }) => deployment(namespace, serviceAccount)),
  ];
}

export function meshWorld(choices: Choices, { name, ports, calls, podAddress, jwks }: MeshWorldOptions): MeshWorld {
  const maker = new Maker(choices, name, ports);
  const peer = caller(name, 'peer', true, '127.0.1.10');
  const documents = [
    namespaceOf(name, { 'istio-injection': 'enabled' }),
    deployment(name, 'orders', { set: name }), deployment(name, 'peer'),
    {
      apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace: name },
      spec: {
        clusterIP: podAddress.replace('10.244.', '10.96.'), selector: { app: 'orders' },
        ports: [...ports.http.map((port, i) => ({ name: i === 0 ? 'http' : 'grpc-web', port, targetPort: port })), { name: 'tcp-bytes', port: ports.tcp, targetPort: ports.tcp }],
      },
    },
    ...maker.policies(jwks),
  ];
  const callers = [...CALLERS, ...OUTSIDERS, peer];
  return { name, namespace: name, documents, ports, calls: Array.from({ length: calls }, () => maker.call(callers)) };
}

const METHODS = ['GET', 'PUT', 'POST', 'HEAD'];
const HOSTS = ['orders.example.com', 'admin.example.com', 'orders', 'Orders.Example.com'];
const PATHS = ['/', '/orders', '/orders/', '/orders/7', '/orders/7/items', '/orders/7/items/9', '/admin', '/admin/x/../y', '/orders/../admin', '/admin%20x', '/a//b', '/orders/./7'];
const HEADERS: Readonly<Record<string, readonly string[]>> = { 'x-team': ['blue', 'blue-green', 'red', ''], 'x-version': ['v1', 'v2'] };
const FORWARDED = ['198.51.100.7', '198.51.100.7, 127.0.2.9', '127.0.1.5', 'nonsense', '2001:db8::7'];

class Maker {
  private readonly choices: Choices;
  private readonly namespace: string;
  private readonly ports: MeshPorts;

  constructor(choices: Choices, namespace: string, ports: MeshPorts) {
    this.choices = choices;
    this.namespace = namespace;
    this.ports = ports;
  }

  policies(jwks: string | undefined): Json[] {
    const { choices, namespace } = this;
    const made: Json[] = [];
    const count = choices.between(1, 4);
    for (let i = 0; i < count; i++) made.push(this.authorization(`a${i}`));
    if (choices.chance(70)) {
      for (const [i, issuer] of choices.some(ISSUERS.slice(0, 2), choices.between(1, 2)).entries()) {
        made.push({
          apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', metadata: { name: `r${i}`, namespace },
          spec: { ...this.selector(), jwtRules: [{ issuer, ...jwks === undefined ? { jwksUri: 'https://id.example.com/keys' } : { jwks }, ...choices.chance(50) && { audiences: ['orders', 'other'] } }] },
        });
      }
    }
    if (choices.chance(30)) made.push(...this.certificates());
    return made;
  }

  private certificates(): Json[] {
    const { choices, namespace, ports } = this;
    const mode = (): string => choices.one(['STRICT', 'PERMISSIVE', 'DISABLE', 'STRICT']);
    const one = (name: string, spec: Json): Json => ({ apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name, namespace }, spec });
    const wide = one('default', { mtls: { mode: mode() } });
    if (choices.chance(50)) return [wide];
    const narrow = one('orders', {
      selector: { matchLabels: { app: 'orders' } }, mtls: { mode: choices.one(['UNSET', 'STRICT', 'PERMISSIVE']) },
      portLevelMtls: { [choices.one([...ports.http, ports.tcp])]: { mode: choices.one(['UNSET', mode()]) } },
    });
    return choices.chance(50) ? [wide, narrow] : [narrow];
  }

  private selector(): Json {
    const { choices } = this;
    return choices.chance(50) ? {} : { selector: { matchLabels: choices.chance(80) ? { app: 'orders' } : { app: 'other' } } };
  }

  private authorization(name: string): Json {
    const { choices, namespace } = this;
    const action = choices.one(['ALLOW', 'ALLOW', 'ALLOW', 'ALLOW', 'DENY', 'DENY', 'DENY', 'DENY', 'AUDIT', choices.chance(50) ? 'CUSTOM' : 'DENY']);
    const root = choices.chance(15);
    const rules = choices.chance(5) ? [] : Array.from({ length: choices.between(1, 3) }, () => this.rule());
    return {
      apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy',
      metadata: { name: root ? `${namespace}-${name}` : name, namespace: root ? 'istio-system' : namespace, ...choices.chance(4) && { annotations: { 'istio.io/dry-run': 'true' } } },
      spec: { ...root ? { selector: { matchLabels: { set: namespace } } } : this.selector(), action, ...action === 'CUSTOM' && { provider: { name: 'asker' } }, ...rules.length > 0 && { rules } },
    };
  }

  private rule(): Json {
    const { choices } = this;
    const rule: Json = {};
    if (choices.chance(60)) rule.from = Array.from({ length: choices.between(1, 2) }, () => ({ source: this.source() }));
    if (choices.chance(60)) rule.to = Array.from({ length: choices.between(1, 2) }, () => ({ operation: this.operation() }));
    if (choices.chance(35)) rule.when = Array.from({ length: choices.between(1, 2) }, () => this.condition());
    return rule;
  }

  /** Some values, their negation, or both. */
  private fields(name: string, values: () => string[]): Json {
    const negated = `not${name[0]!.toUpperCase()}${name.slice(1)}`;
    return this.choices.chance(65) ? { [name]: values() } : this.choices.chance(80) ? { [negated]: values() } : { [name]: values(), [negated]: values() };
  }

  private few(make: () => string): string[] {
    return [...new Set(Array.from({ length: this.choices.between(1, 3) }, make))];
  }

  private source(): Json {
    const { choices } = this;
    const kinds = choices.some(['principals', 'namespaces', 'serviceAccounts', 'requestPrincipals', 'ipBlocks', 'remoteIpBlocks'], choices.between(1, 2));
    // Accounts stand alone beside no other identity.
    if (kinds.includes('serviceAccounts')) return this.fields('serviceAccounts', () => this.account());
    return Object.assign({}, ...kinds.map((kind) => this.fields(kind, () => this.few(() => this.sourceValue(kind)))));
  }

  private account(): string[] {
    return this.few(() => this.choices.one(['front/web', 'front/admin', 'back/web', 'peer', 'web']));
  }

  private sourceValue(kind: string): string {
    const { choices, namespace } = this;
    switch (kind) {
      case 'principals': return choices.one([
        'cluster.local/ns/front/sa/web', 'cluster.local/ns/back/sa/web', `cluster.local/ns/${namespace}/sa/peer`, '*', '*/sa/web', 'cluster.local/ns/front/*',
        'cluster.local/ns/front*', 'other.domain/ns/front/sa/web',
      ]);
      case 'namespaces': return choices.one(['front', 'back', namespace, 'front*', '*office', '*', 'f*t', 'legacy']);
      case 'requestPrincipals': return choices.one(['*', `${ISSUERS[0]}/*`, `${ISSUERS[0]}/anna`, `${ISSUERS[1]}/carl`, '*/anna', `${ISSUERS[1]}/c*`, 'https://id*', '*bob', `${ISSUERS[0]}`]);
      default: return this.block();
    }
  }

  private block(): string {
    return this.choices.one([POD_CIDR, '127.0.0.0/16', '127.0.2.0/24', '127.0.2.5', '127.0.3.0/28', '10.0.0.0/8', '0.0.0.0/0', '198.51.100.0/24', '2001:db8::/32', '127.0.2.0/26']);
  }

  private operation(): Json {
    const { choices } = this;
    const kinds = choices.some(['methods', 'paths', 'hosts', 'ports'], choices.between(1, 2));
    return Object.assign({}, ...kinds.map((kind) => this.fields(kind, () => this.few(() => this.operationValue(kind)))));
  }

  private operationValue(kind: string): string {
    const { choices, ports } = this;
    switch (kind) {
      case 'methods': return choices.one([...METHODS, 'P*', '*T', '*']);
      case 'paths': return choices.one(['/', '/orders', '/orders*', '*/items', '/orders/{*}', '/orders/{*}/items', '/orders/{**}', '/{*}/7/{**}', '/admin', '/admin/*', '*', '/a/b', '/admin/y']);
      case 'hosts': return choices.one(['orders.example.com', '*.example.com', 'orders*', 'ADMIN.example.com', '*']);
      default: return String(choices.one([...ports.http, ports.tcp]));
    }
  }

  private condition(): Json {
    const { choices, namespace, ports } = this;
    const made = choices.one<readonly [string, () => string]>([
      ['request.headers[x-team]', () => choices.one(['blue', 'blue*', '*green', '*', 'red'])],
      ['request.headers[X-Version]', () => choices.one(['v1', 'v*'])],
      ['source.ip', () => this.block()],
      ['remote.ip', () => this.block()],
      ['source.namespace', () => choices.one(['front', 'back', namespace])],
      ['source.principal', () => this.sourceValue('principals')],
      ['request.auth.principal', () => this.sourceValue('requestPrincipals')],
      ['request.auth.audiences', () => choices.one(['orders', 'stock', 'o*'])],
      ['request.auth.presenter', () => choices.one(['portal', 'c*', '*'])],
      ['request.auth.claims[groups]', () => choices.one(['admin', 'staff', '*s', '*', 'guest*'])],
      ['request.auth.claims[scope]', () => choices.one(['read', 'write', 'read write'])],
      ['request.auth.claims[org][unit]', () => choices.one(['emea', 'apac', '*a'])],
      ['request.auth.claims[level]', () => choices.one(['3', '*'])],
      ['request.auth.claims[sub]', () => choices.one(['anna', 'b*'])],
      ['destination.port', () => String(choices.one([...ports.http, ports.tcp]))],
    ]);
    const [key, value] = made;
    const [values, notValues] = [{ values: this.few(value) }, { notValues: this.few(value) }];
    return { key, ...choices.chance(65) ? values : choices.chance(80) ? notValues : { ...values, ...notValues } };
  }

  call(callers: readonly MeshCaller[]): MeshCall {
    const { choices, ports } = this;
    const from = choices.one(callers);
    const port = choices.one([...ports.http, ...ports.http, ports.tcp]);
    if (port === ports.tcp) return { caller: from, port };
    const headers: Record<string, string> = {};
    for (const [name, values] of Object.entries(HEADERS)) if (choices.chance(45)) headers[name] = choices.one(values);
    if (choices.chance(30)) headers['x-forwarded-for'] = choices.one(FORWARDED);
    const request = { method: choices.one(METHODS), host: choices.one(HOSTS), path: choices.one(PATHS), headers };
    return { caller: from, port, request, ...choices.chance(55) && { token: choices.one(TOKENS) } };
  }
}
