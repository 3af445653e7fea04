// Listeners of Gateways that carry connections, not requests: TLS by its server name, TCP and UDP as they come.
import type { ClusterModel } from '../../model/cluster-model';
import type { Fields } from '../../model/fields';
import { list } from '../../model/fields';
import type { Listener, RouteView } from '../../model/gateway-api';
import { gatewayModel } from '../../model/gateway-api';
import { covers } from '../../model/hostnames';
import type { Decider } from '../flow';
import { backendOf, listenerName } from './answers';
import type { Arrival, ExposedRoute, Refused, Routing } from './arrival';
import { eitherOf, routing, verdict } from './arrival';
import { authorize } from './authorization';
import { resolve } from './backends';
import { dialectOf, takers } from './entrances';
import { deciderOf, effectivePolicy, isUnknown } from './policies';
import { compareAges } from './precedence';
import { seenRequest } from './seen';

const KINDS: Readonly<Record<string, readonly string[]>> = { TLS: ['TLSRoute', 'TCPRoute'], TCP: ['TCPRoute'], UDP: ['UDPRoute'] };

export function streamsOfGateways(cluster: ClusterModel, arrival: Arrival): readonly Routing[] {
  const found: Routing[] = [];
  for (const gateway of cluster.derive(gatewayModel).gateways) {
    for (const listener of gateway.listeners) {
      if (arrival.port !== undefined && arrival.port !== listener.port) continue;
      if (carries(listener, arrival) && isTaker(listener, arrival.request.host)) found.push(decide(cluster, listener, arrival));
    }
  }
  return found;
}

function carries({ protocol }: Listener, { protocol: asked = 'HTTP', request: { scheme } }: Arrival): boolean {
  if (protocol === 'UDP') return asked === 'UDP';
  // Whatever is over TLS, requests among it, comes to a listener for TLS, and everything to one for TCP.
  return protocol === 'TLS' ? asked === 'TLS' || (asked === 'HTTP' && scheme !== 'http') : protocol === 'TCP' && asked !== 'UDP';
}

/** Whether a listener is the one that takes a name, of all that tell connections of its port by their names. */
export function isTaker(listener: Listener, host: string | undefined): boolean {
  const { protocol, port, gateway } = listener;
  if (protocol !== 'TLS' && protocol !== 'HTTPS') return true;
  const beside = gateway.listeners.filter((other) => other.port === port && (other.protocol === 'TLS' || other.protocol === 'HTTPS'));
  const taking = takers(beside, host?.toLowerCase());
  return host === undefined ? taking.includes(listener) : taking[0] === listener;
}

function decide(cluster: ClusterModel, listener: Listener, arrival: Arrival): Routing {
  const routes = routesFor(cluster, listener, arrival.request.host?.toLowerCase());
  const [first, ...others] = routes;
  const at: Decider = { entry: listener.home, path: listener.path };
  if (!first) {
    const what = listener.protocol === 'TLS' && arrival.request.host !== undefined ? `no route is for ${arrival.request.host}` : 'it has no route';
    return routing(listener.gateway.entry, verdict('denied', `Listener ${listener.name} of ${listener.gateway.entry.toString()} takes it, and ${what}`, [at], refusal(listener)), { listener: listenerName(listener) });
  }
  const aged = others.every(({ entry }) => compareAges(first.entry, entry) < 0);
  const answers = aged ? [] : others.map((one) => answer(cluster, listener, one, arrival));
  const because = `${first.entry.toString()} and ${others[0]?.entry.toString() ?? ''} are for the same connections, and only their age says which counts`;
  return eitherOf(answer(cluster, listener, first, arrival), answers, because, [{ entry: first.entry, path: ['spec'] }, ...others.map(({ entry }) => ({ entry, path: ['spec'] }))]);
}

function refusal({ protocol }: Listener): 'dropped' | 'reset' {
  return protocol === 'UDP' ? 'dropped' : 'reset';
}

/** The routes for a name, the oldest first: those of the most specific name that has any. Of an unsaid name, all. */
function routesFor(cluster: ClusterModel, listener: Listener, host: string | undefined): readonly RouteView[] {
  const all = cluster.derive(gatewayModel).routesOf(listener).filter(({ entry }) => KINDS[listener.protocol]!.includes(entry.kind));
  const sorted = (routes: readonly RouteView[]): readonly RouteView[] => [...routes].sort((a, b) => compareAges(a.entry, b.entry));
  if (listener.protocol !== 'TLS' || host === undefined) return sorted(all);
  let best = -1;
  let found: RouteView[] = [];
  for (const route of all) {
    for (const name of route.attached.filter((one) => one.listener === listener).flatMap(({ hostnames }) => hostnames)) {
      if (!covers(name, host)) continue;
      const width = name.startsWith('*') ? name.length : name.length + 1000;
      if (width < best) continue;
      if (width > best) found = [];
      best = width;
      if (!found.includes(route)) found.push(route);
    }
  }
  return sorted(found);
}

function answer(cluster: ClusterModel, listener: Listener, { entry: route }: RouteView, arrival: Arrival): Routing {
  const dialect = dialectOf(cluster, listener.gateway);
  const gateway = listener.gateway.entry;
  const rules = list(route.spec.rules);
  const path = ['spec', 'rules', 0, 'backendRefs'];
  const base = { listener: listenerName(listener), route, rulePath: ['spec', 'rules', 0] };
  const by: Decider[] = [{ entry: route, path: ['spec', 'rules', 0] }];
  const policy = dialect === 'envoy-gateway' ? effectivePolicy(cluster, 'SecurityPolicy', route, undefined, listener) : undefined;
  if (isUnknown(policy)) return routing(gateway, verdict('undetermined', policy.unknown, policy.decidedBy), base);
  if (policy?.spec.authorization !== undefined) {
    const { allows, rule, because } = authorize(policy.spec.authorization, { arrival, seen: seenRequest(arrival.request, undefined), provider: undefined });
    const decider = deciderOf(policy, 'authorization', ...rule === undefined ? [] : ['rules', rule]);
    if (allows !== true) return routing(gateway, verdict(allows === undefined ? 'undetermined' : 'denied', `${decider.entry.toString()}: ${because}`, [decider, ...by], allows === undefined ? undefined : 'reset'), base);
    by.push(decider);
  }
  const refs = list(rules[0]?.backendRefs).map((ref: Fields, index) => resolve(cluster, route, ref, [...path, index], dialect)).filter(({ weight }) => weight > 0);
  const total = refs.reduce((sum, { weight }) => sum + weight, 0);
  const doubtful = refs.find(({ doubt }) => doubt !== undefined);
  if (doubtful) return routing(gateway, verdict('undetermined', `${route.toString()} takes it, and ${doubtful.doubt!}`, [...by, ...doubtful.decidedBy]), base);
  const backends = refs.filter(({ invalid }) => invalid === undefined).map((ref) => backendOf(ref, ref.weight / total, arrival.request));
  const lost = refs.flatMap(({ invalid }) => invalid ?? []);
  if (backends.length === 0) {
    return routing(gateway, verdict('denied', `${route.toString()} takes it, and ${lost.length === 0 ? 'has no backend' : lost.join('; ')}`, [...by, ...refs.flatMap(({ decidedBy }) => decidedBy)], refusal(listener)), base);
  }
  const where = backends.map((one) => `${one.kind} ${one.namespace}/${one.name}${one.port === undefined ? '' : ` port ${one.port}`}`);
  const broken = refs.filter(({ invalid }) => invalid !== undefined);
  const refused = broken.map((ref): Refused => ({ status: 500, share: ref.weight / total, path: ref.path, because: ref.invalid! }));
  return routing(gateway, verdict('allowed', `${route.toString()} takes it and sends it to ${where.join(' and ')}`, by), { ...base, backends, refused });
}

/** The routes of TLS, TCP and UDP of every Gateway. */
export function exposedStreams(cluster: ClusterModel): readonly ExposedRoute[] {
  const found: ExposedRoute[] = [];
  for (const listener of cluster.derive(gatewayModel).gateways.flatMap(({ listeners }) => listeners)) {
    const kinds = KINDS[listener.protocol];
    if (!kinds) continue;
    const protocol = listener.protocol as 'TLS' | 'TCP' | 'UDP';
    for (const view of cluster.derive(gatewayModel).routesOf(listener).filter(({ entry }) => kinds.includes(entry.kind))) {
      const names = protocol === 'TLS' ? [...new Set(view.attached.filter((one) => one.listener === listener).flatMap(({ hostnames }) => hostnames))] : ['*'];
      for (const hostname of names) {
        const sample: Arrival = { port: listener.port, protocol, facts: {}, request: hostname === '*' ? {} : { host: hostname.replace(/^\*/, 'any') } };
        for (const backend of answer(cluster, listener, view, { ...sample, address: undefined }).backends) {
          found.push({
            gateway: listener.gateway.entry, listener: listenerName(listener), protocol, tls: protocol === 'TLS', hostname, route: view.entry,
            rulePath: ['spec', 'rules', 0], match: protocol, sample, backend, mirrored: false,
          });
        }
      }
    }
  }
  return found;
}
