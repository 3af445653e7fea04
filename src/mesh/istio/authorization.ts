// Who may call, by identity: one ALLOW policy per workload, one rule per set of callers and requests.
import type {
  AuthorizationPolicySpec, AuthorizationPolicySpecRules, AuthorizationPolicySpecRulesFromSource, AuthorizationPolicySpecRulesTo, AuthorizationPolicySpecRulesWhen,
} from '../../../imports/security.istio.io/v1';
import type { Cidr } from '../../core/cidr';
import type { ConnectionEdge } from '../../core/edge';
import type { Http } from '../../core/http';
import type { Path } from '../../core/path';
import type { IWorkload, PeerTarget } from '../../core/peer';
import type { Port } from '../../core/port';
import { SIDECAR_PORTS } from './defaults';

/** What a policy is rendered from. */
export interface AuthorizationState {
  readonly labels: Readonly<Record<string, string>>;
  readonly ingress: readonly ConnectionEdge[];
  readonly trustDomain: string;
  readonly deniedSources: readonly Cidr[];
  /** Whether a caller has an identity: its pods have a sidecar. */
  readonly isMember: (workload: IWorkload) => boolean;
  readonly isMemberNamespace: (namespace: string) => boolean;
}

/** One kind of caller; `anyone` is a caller that only the CNI can tell. */
interface Caller {
  readonly principals?: string;
  readonly namespaces?: string;
  readonly ipBlocks?: readonly string[];
  readonly notIpBlocks?: readonly string[];
  readonly anyone?: true;
}

/** What callers are asked for in one rule. */
interface Demand {
  readonly operation: NonNullable<AuthorizationPolicySpecRulesTo['operation']>;
  readonly when: readonly AuthorizationPolicySpecRulesWhen[];
  readonly source: AuthorizationPolicySpecRulesFromSource;
}

type From = NonNullable<AuthorizationPolicySpecRules['from']>;

/** Whether a sidecar reads the requests on a port. Inside TLS of the application it sees bytes, and drops a rule that asks for more. */
export function readsRequests(port: Port | undefined): boolean {
  return port !== undefined && (port.kind === 'http' || port.kind === 'grpc' || port.kind === 'metrics' && port.metrics?.scheme !== 'https');
}

/** Whether the sidecar decides over an edge at all: TCP to the application, and not the kubelet, whose probes the sidecar answers itself. */
export function decides(edge: ConnectionEdge): boolean {
  if (edge.port && (edge.port.protocol !== 'TCP' || SIDECAR_PORTS.has(edge.port.number))) return false;
  return !(edge.from.kind === 'nodes' && edge.tags.every((tag) => tag === 'probe'));
}

/** `<trust domain>/ns/<namespace>/sa/<service account>`: what a certificate of the mesh says, without the scheme. */
export function principalOf(workload: IWorkload, trustDomain: string): string {
  return `${trustDomain}/ns/${workload.namespace}/sa/${workload.serviceAccountName}`;
}

/** Nothing is allowed in the namespace but what some other policy allows. */
export function renderAllowNothing(): AuthorizationPolicySpec {
  return {};
}

/** Everything is allowed: for a workload that is excluded. */
export function renderAllowEverything(labels: Readonly<Record<string, string>>): AuthorizationPolicySpec {
  return { selector: { matchLabels: { ...labels } }, action: 'ALLOW', rules: [{}] };
}

/** The policy of one workload. Without a rule it allows nothing. */
export function renderAuthorizationPolicy(state: AuthorizationState): AuthorizationPolicySpec {
  const rules = renderRules(state);
  return { selector: { matchLabels: { ...state.labels } }, action: 'ALLOW', ...rules.length > 0 && { rules } };
}

function renderRules(state: AuthorizationState): AuthorizationPolicySpecRules[] {
  const byDemand = new Map<string, { demand: Demand; callers: Caller[] }>();
  for (const edge of state.ingress) {
    if (!decides(edge)) continue;
    const callers = callersOf(edge.from, state);
    for (const demand of demandsOf(edge, state.deniedSources)) {
      const key = JSON.stringify(demand);
      const present = byDemand.get(key);
      if (present) present.callers.push(...callers);
      else byDemand.set(key, { demand, callers: [...callers] });
    }
  }
  // Rules of the same callers under the same conditions differ in requests only: one rule with several operations.
  const byCallers = new Map<string, { from: From; to: AuthorizationPolicySpecRulesTo[]; when: readonly AuthorizationPolicySpecRulesWhen[] }>();
  for (const [, { demand, callers }] of [...byDemand.entries()].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const from = renderSources(callers, demand.source);
    const key = JSON.stringify([from, demand.when]);
    const to = Object.keys(demand.operation).length > 0 ? [{ operation: demand.operation }] : [];
    const present = byCallers.get(key);
    if (present) present.to.push(...to);
    else byCallers.set(key, { from, to, when: demand.when });
  }
  return [...byCallers.values()].map(({ from, to, when }) => (
    { ...from.length > 0 && { from }, ...to.length > 0 && { to }, ...when.length > 0 && { when: [...when] } }
  ));
}

function callersOf(from: PeerTarget, state: AuthorizationState): Caller[] {
  switch (from.kind) {
    case 'workload': return [state.isMember(from.workload) ? { principals: principalOf(from.workload, state.trustDomain) } : { anyone: true }];
    case 'namespace': return [state.isMemberNamespace(from.namespace) ? { namespaces: from.namespace } : { anyone: true }];
    case 'cidr': return [{ ipBlocks: [from.cidr.value], ...from.except.length > 0 && { notIpBlocks: from.except.map((cidr) => cidr.value) } }];
    case 'group': return [{ ipBlocks: from.cidrs.map((cidr) => cidr.value) }];
    case 'internet':
    case 'kube-apiserver':
    case 'nodes':
    case 'fqdn': return [{ anyone: true }];
    default: {
      const never: never = from;
      return never;
    }
  }
}

function renderSources(callers: readonly Caller[], shared: AuthorizationPolicySpecRulesFromSource): From {
  const some = (field: 'principals' | 'namespaces'): string[] => [...new Set(callers.flatMap((caller) => caller[field] ?? []))].sort();
  const sources: AuthorizationPolicySpecRulesFromSource[] = [];
  if (callers.some((caller) => caller.anyone)) {
    // Whoever it is: other callers add nothing.
    return Object.keys(shared).length > 0 ? [{ source: { ...shared } }] : [];
  }
  if (some('principals').length > 0) sources.push({ principals: some('principals'), ...shared });
  if (some('namespaces').length > 0) sources.push({ namespaces: some('namespaces'), ...shared });
  const blocks = [...new Set(callers.flatMap((caller) => (caller.notIpBlocks ? [] : caller.ipBlocks ?? [])))].sort();
  if (blocks.length > 0) sources.push({ ipBlocks: blocks, ...shared });
  const holed = new Map(callers.filter((caller) => caller.notIpBlocks).map((caller) => [JSON.stringify(caller), caller]));
  for (const [, { ipBlocks, notIpBlocks }] of [...holed.entries()].sort(([a], [b]) => (a < b ? -1 : 1))) {
    sources.push({ ipBlocks: [...ipBlocks!], notIpBlocks: [...notIpBlocks!], ...shared });
  }
  return sources.map((source) => ({ source }));
}

function demandsOf(edge: ConnectionEdge, deniedSources: readonly Cidr[]): Demand[] {
  const { port } = edge;
  const readable = readsRequests(port);
  const denies = readable && port!.kind !== 'metrics' && deniedSources.length > 0;
  const shared: AuthorizationPolicySpecRulesFromSource = denies ? { notRemoteIpBlocks: deniedSources.map((cidr) => cidr.value) } : {};
  const ports = port ? { ports: [String(port.number)] } : {};
  if (!readable || edge.http.length === 0) return [{ operation: ports, when: [], source: shared }];
  return edge.http.map((http) => ({
    operation: {
      ...ports,
      ...http.methods.length > 0 && { methods: [...http.methods] },
      ...http.paths.length > 0 && { paths: [...new Set(http.paths.flatMap(renderPath))].sort() },
    },
    when: renderConditions(http),
    source: { ...http.jwt && { requestPrincipals: [`${http.jwt.issuer}/*`] }, ...shared },
  }));
}

/** A prefix goes by segments, which takes two entries: `/x*` alone would take `/xy`. Patterns cannot be said; `check` refuses them. */
function renderPath(path: Path): string[] {
  if (path.type !== 'prefix') return [path.value];
  return path.value === '/' ? ['/*'] : [path.value, `${path.value}/*`];
}

function renderConditions(http: Http): AuthorizationPolicySpecRulesWhen[] {
  const when = http.headers.map(({ name, values }): AuthorizationPolicySpecRulesWhen => ({ key: `request.headers[${name}]`, values: [...values] }));
  if (http.jwt && http.jwt.audiences.length > 0) when.push({ key: 'request.auth.audiences', values: [...http.jwt.audiences] });
  for (const [claim, values] of Object.entries(http.jwt?.claims ?? {})) when.push({ key: `request.auth.claims[${claim}]`, values: [...values] });
  return when;
}
