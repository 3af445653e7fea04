// Linkerd's proxies, as the documentation of its policies has them: one request to one workload. Knows nothing of the engine.
// https://linkerd.io/2/reference/authorization-policy/

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

interface Caller {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly meshed: boolean;
  readonly address: string;
}

export interface NaiveLinkerdCall {
  readonly caller: Caller;
  readonly port: number;
  readonly request: { readonly method: string; readonly path: string };
}

export interface NaiveLinkerdTarget {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, number>>;
  readonly probe: { readonly port: number; readonly path: string };
}

/** `allowed`, `denied`, 404, or `unknown` where two Servers want one port. */
export function naiveLinkerd(documents: readonly Json[], target: NaiveLinkerdTarget, call: NaiveLinkerdCall): string {
  const of = (kind: string): Json[] => documents.filter((one) => one.kind === kind && one.metadata.namespace === target.namespace);
  const annotation = (key: string): string | undefined => of('Deployment').find(({ metadata }) => metadata.name === target.labels.app).spec.template.metadata.annotations[`config.linkerd.io/${key}`]
    ?? documents.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === target.namespace).metadata.annotations[`config.linkerd.io/${key}`];
  const listed = (key: string): boolean => (annotation(key) ?? '').split(',').some((range) => {
    const [from, to = from] = range.split('-').map(Number);
    return range !== '' && from! <= call.port && call.port <= to!;
  });
  if (listed('skip-inbound-ports')) return 'allowed';
  const servers = of('Server').filter(({ spec }) => subset(spec.podSelector.matchLabels ?? {}, target.labels) && (typeof spec.port === 'number' ? spec.port : target.ports[spec.port]) === call.port);
  if (servers.length > 1) return 'unknown';
  const probed = call.port === target.probe.port && call.request.method === 'GET' && call.request.path === target.probe.path;
  const [server] = servers;
  if (server === undefined) {
    const policy = annotation('default-inbound-policy')!;
    const required = listed('proxy-require-identity-inbound-ports') && policy !== 'audit' ? policy.replace('unauthenticated', 'authenticated') : policy;
    return byDefault(required, call.caller) || probed ? 'allowed' : 'denied';
  }
  const http = !['opaque', 'TLS'].includes(server.spec.proxyProtocol);
  const policies = of('AuthorizationPolicy').filter((policy) => satisfied(policy, documents, call.caller)).map(({ spec }) => spec.targetRef);
  const authorized = policies.some(({ kind, name }) => kind === 'Namespace' || (kind === 'Server' && name === server.metadata.name))
    || of('ServerAuthorization').some(({ spec }) => (spec.server.name === undefined ? subset(spec.server.selector.matchLabels, server.metadata.labels) : spec.server.name === server.metadata.name) && client(spec.client, call.caller))
    || byDefault(server.spec.accessPolicy ?? 'deny', call.caller);
  const routes = http ? of('HTTPRoute').filter(({ spec }) => spec.parentRefs.some(({ name }: Json) => name === server.metadata.name)) : [];
  if (routes.length === 0) return authorized || (http && probed) ? 'allowed' : 'denied';
  const taking = routes.map((route) => ({ route, rank: rankOf(route, call.request) })).filter(({ rank }) => rank !== undefined).sort((a, b) => b.rank! - a.rank!);
  if (taking.length === 0) return '404';
  // The older of two that match as well goes first, and nobody knows which that is.
  const best = taking.filter(({ rank }) => rank === taking[0]!.rank).map(({ route }) => policies.some(({ kind, name }) => kind === 'HTTPRoute' && name === route.metadata.name));
  return authorized || best.every(Boolean) ? 'allowed' : best.some(Boolean) ? 'unknown' : 'denied';
}

function subset(wanted: Json, labels: Json): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

function identityOf({ namespace, serviceAccount, meshed }: Caller): string | undefined {
  return meshed ? `${serviceAccount}.${namespace}.serviceaccount.identity.linkerd.cluster.local` : undefined;
}

function byDefault(policy: string, caller: Caller): boolean {
  if (policy === 'deny') return false;
  const inside = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'].some((cidr) => within(cidr, caller.address));
  return (!policy.endsWith('-authenticated') || caller.meshed) && (!policy.startsWith('cluster-') || inside);
}

function satisfied({ spec, metadata }: Json, documents: readonly Json[], caller: Caller): boolean {
  return spec.requiredAuthenticationRefs.every((ref: Json) => {
    const namespace = ref.namespace ?? metadata.namespace;
    if (ref.kind === 'ServiceAccount') return caller.meshed && caller.namespace === namespace && caller.serviceAccount === ref.name;
    const found = documents.find((one) => one.kind === ref.kind && one.metadata.namespace === namespace && one.metadata.name === ref.name);
    if (found === undefined) return false;
    if (ref.kind === 'NetworkAuthentication') return found.spec.networks.some(({ cidr, except = [] }: Json) => within(cidr, caller.address) && !except.some((hole: string) => within(hole, caller.address)));
    return (found.spec.identities ?? []).some((one: string) => identified(one, caller))
      || (found.spec.identityRefs ?? []).some((one: Json) => caller.meshed && (one.kind === 'Namespace' ? caller.namespace === one.name : caller.namespace === one.namespace && caller.serviceAccount === one.name));
  });
}

function identified(wanted: string, caller: Caller): boolean {
  const identity = identityOf(caller);
  return identity !== undefined && (wanted === '*' || (wanted.startsWith('*.') ? identity.endsWith(wanted.slice(1)) : identity === wanted));
}

function client({ networks, unauthenticated, meshTLS }: Json, caller: Caller): boolean {
  if (!(networks ?? ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'].map((cidr) => ({ cidr }))).some(({ cidr }: Json) => within(cidr, caller.address))) return false;
  if (unauthenticated === true) return true;
  return meshTLS.unauthenticatedTLS === true ? caller.meshed : (meshTLS.identities ?? []).some((one: string) => identified(one, caller))
    || (meshTLS.serviceAccounts ?? []).some((one: Json) => caller.meshed && one.name === caller.serviceAccount && one.namespace === caller.namespace);
}

/** Exact paths first, then longer prefixes, then methods (Gateway API). */
function rankOf({ spec }: Json, { method, path }: NaiveLinkerdCall['request']): number | undefined {
  const ranks = spec.rules.flatMap(({ matches }: Json) => matches).filter((match: Json) => match.method === undefined || match.method === method).filter((match: Json) => {
    const { type, value } = match.path;
    return type === 'Exact' ? path === value : value === '/' || path === value || path.startsWith(`${value}/`);
  }).map((match: Json) => (match.path.type === 'Exact' ? 1000 : 0) + match.path.value.replace(/\/$/, '').length * 10 + (match.method === undefined ? 0 : 1));
  return ranks.length === 0 ? undefined : Math.max(...ranks);
}

function within(cidr: string, address: string): boolean {
  const bits = (text: string): string => text.split('.').map((part) => Number(part).toString(2).padStart(8, '0')).join('');
  const [base, length = '32'] = cidr.split('/') as [string, string?];
  return bits(base).slice(0, Number(length)) === bits(address).slice(0, Number(length));
}
