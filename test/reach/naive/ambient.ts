// Istio's ambient mode: the proxy of the node, which sees connections, and the waypoint before it, which sees requests. Knows nothing of the engine.
// https://istio.io/latest/docs/ambient/usage/l4-policy/, https://istio.io/latest/docs/ambient/usage/l7-features/; ztunnel src/rbac.rs
import type { NaiveCall } from './mesh';
import { naiveMesh } from './mesh';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

export interface NaiveAmbientTarget {
  readonly namespace: string;
  readonly service: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly http: readonly number[];
  /** The port of the Service by that of the pods. */
  readonly servicePorts: Readonly<Record<number, number>>;
  /** The name of the waypoint of the Service. */
  readonly waypoint: string | undefined;
}

/** `through`: the caller's proxy sends to waypoints. */
export function naiveAmbient(documents: readonly Json[], target: NaiveAmbientTarget, call: NaiveCall, through: boolean): string {
  const { namespace, waypoint } = target;
  const behind = waypoint !== undefined && through;
  const policies = documents.filter(({ kind }) => kind === 'AuthorizationPolicy' || kind === 'RequestAuthentication');
  const targets = (one: Json): Json[] => one.spec.targetRefs ?? [];
  if (behind) {
    const attached = policies.filter((one) => targets(one).some(({ kind, name }) => (kind === 'GatewayClass' ? one.metadata.namespace === 'istio-system' && name === 'istio-waypoint'
      : one.metadata.namespace === namespace && ((kind === 'Service' && name === target.service) || (kind === 'Gateway' && name === waypoint)))));
    // A waypoint sees ports of the Service, and asks nobody for certificates that ztunnel has not asked for.
    const port = target.servicePorts[call.port]!;
    const answer = naiveMesh(attached, { namespace, labels: {}, http: target.http.map((one) => target.servicePorts[one]!) }, { ...call, port });
    if (answer !== '200') return answer;
  }
  const strict = naiveMesh(documents.filter(({ kind }) => kind === 'PeerAuthentication'), { namespace, labels: target.labels, http: [] }, { ...call, caller: { ...call.caller, meshed: call.caller.meshed } }) === 'closed';
  if (strict) return 'closed';
  const { caller } = call;
  const identity = behind ? { namespace, account: waypoint } : caller.meshed ? { namespace: caller.namespace, account: caller.serviceAccount } : undefined;
  const own = policies.filter((one) => one.kind === 'AuthorizationPolicy' && targets(one).length === 0 && one.metadata.annotations?.['istio.io/dry-run'] !== 'true' && ['istio-system', namespace].includes(one.metadata.namespace)
    && Object.entries(one.spec.selector?.matchLabels ?? {}).every(([key, value]) => target.labels[key] === value));
  const met = (action: string) => (one: Json): boolean => (one.spec.rules ?? []).some((rule: Json) => meets(rule, action, one.metadata.namespace, identity, call.port));
  const acting = (action: string): Json[] => own.filter(({ spec }) => (spec.action ?? 'ALLOW') === action);
  if (acting('DENY').some(met('DENY'))) return 'closed';
  return acting('ALLOW').length > 0 && !acting('ALLOW').some(met('ALLOW')) ? 'closed' : '200';
}

const SOURCE = ['principals', 'namespaces', 'serviceAccounts'];
const CONDITIONS: Readonly<Record<string, string>> = { 'source.principal': 'principals', 'source.namespace': 'namespaces', 'destination.port': 'ports' };
type Identity = { readonly namespace: string; readonly account: string } | undefined;

function meets(rule: Json, action: string, home: string, identity: Identity, port: number): boolean {
  const parts: Json[] = [...(rule.from ?? []).map(({ source }: Json) => source), ...(rule.to ?? []).map(({ operation }: Json) => operation)];
  const known = (name: string): boolean => [...SOURCE, 'ports'].some((one) => one === name || `not${one[0]!.toUpperCase()}${one.slice(1)}` === name);
  const ofRequests = parts.some((part) => Object.keys(part).some((name) => !known(name))) || (rule.when ?? []).some(({ key }: Json) => CONDITIONS[key] === undefined);
  if (action === 'ALLOW' && ofRequests) return false;
  // What is left with nothing to ask is never met.
  const one = (names: readonly string[]) => (part: Json): boolean => {
    const asked = names.filter((name) => part[name] !== undefined || part[negation(name)] !== undefined);
    const holds = (name: string) => (value: string): boolean => is(name, value, home, identity, port);
    return asked.length > 0 && asked.every((name) => (part[name] === undefined || part[name].some(holds(name))) && !(part[negation(name)] ?? []).some(holds(name)));
  };
  const whens: Json[] = (rule.when ?? []).map(({ key, values, notValues }: Json) => ({ [CONDITIONS[key] ?? 'none']: values, [negation(CONDITIONS[key] ?? 'none')]: notValues }));
  return (rule.from === undefined || rule.from.some(({ source }: Json) => one(SOURCE)(source))) && (rule.to === undefined || rule.to.some(({ operation }: Json) => one(['ports'])(operation)))
    && whens.every(one(['principals', 'namespaces', 'ports']));
}

function negation(name: string): string {
  return `not${name[0]!.toUpperCase()}${name.slice(1)}`;
}

function is(name: string, value: string, home: string, identity: Identity, port: number): boolean {
  if (name === 'ports') return Number(value) === port;
  if (identity === undefined) return false;
  if (name === 'serviceAccounts') return (value.includes('/') ? value : `${home}/${value}`) === `${identity.namespace}/${identity.account}`;
  const given = name === 'namespaces' ? identity.namespace : `cluster.local/ns/${identity.namespace}/sa/${identity.account}`;
  return value === '*' || (value.startsWith('*') ? given.endsWith(value.slice(1)) : value.endsWith('*') ? given.startsWith(value.slice(0, -1)) : given === value);
}
