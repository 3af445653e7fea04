// Random policies, waypoints and certificates of Istio's ambient mode for the pods of one Service, and calls that come close to them.
import type { Choices } from './draw';
import type { MeshCaller, MeshWorld } from './mesh';
import { CALLERS, commonDocuments, meshWorld } from './mesh';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

/** A Gateway that is a waypoint. */
export interface AmbientWaypoint {
  readonly name: string;
  readonly namespace: string;
}

export interface AmbientWorld {
  readonly name: string;
  readonly documents: readonly Json[];
  readonly waypoints: readonly AmbientWaypoint[];
  readonly calls: MeshWorld['calls'];
}

export const SHOP = 'shop';
const INFRA = 'infra';
const ROOT = 'istio-system';
const INGRESS = 'istio.io/ingress-use-waypoint';
/** Whose pods have a proxy of their own, and whose have none. */
const SIDECARS = 'front-office';
const PLAIN = 'legacy';

/** A pod of Istio's own gateway: it sends to waypoints where Services ask it to. */
export const GATEWAY: MeshCaller = { name: 'edge/ingress', namespace: 'edge', serviceAccount: 'ingress', meshed: true, address: '127.0.1.11' };
export const GATEWAY_LABELS: Readonly<Record<string, string>> = { app: 'ingress', 'gateway.istio.io/managed': 'istio.io-gateway-controller' };
const EDGE: Json = {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'ingress', namespace: GATEWAY.namespace },
  spec: {
    selector: { matchLabels: { app: 'ingress' } },
    template: { metadata: { labels: GATEWAY_LABELS }, spec: { serviceAccountName: 'ingress', containers: [{ name: 'istio-proxy', image: 'registry.example.com/proxy:1.30.0' }] } },
  },
};

/** Whose proxies send to waypoints: they are drawn more often than others. */
const AMBIENT: readonly MeshCaller[] = CALLERS.filter(isAmbient);

function isAmbient({ meshed, namespace }: MeshCaller): boolean {
  return meshed && namespace !== SIDECARS;
}

export const AMBIENT_PORTS = { http: [8080, 8081], tcp: 5432 } as const;
/** A port of the pods that no Service has: who calls it calls the pods themselves. */
export const OWN_PORT = 9090;
/** What the Service calls the ports of the pods. */
export const SERVICE_PORTS: Readonly<Record<number, number>> = { 8080: 80, 8081: 8081, 5432: 15432 };

export function ambientWorld(choices: Choices, options: { readonly name: string; readonly calls: number; readonly jwks?: string }): AmbientWorld {
  const world = meshWorld(choices, { ...options, name: SHOP, ports: AMBIENT_PORTS, podAddress: '10.244.0.10' });
  const maker = new Maker(choices);
  const documents = [...commonDocuments(), ...world.documents].flatMap((one: Json): Json[] => {
    switch (one.kind) {
      case 'Namespace': return [maker.namespace(one.metadata.name)];
      case 'Service': return maker.services(one);
      case 'AuthorizationPolicy': case 'RequestAuthentication': return maker.certificatesAlone ? [] : [maker.attached(one)];
      case 'PeerAuthentication': return [];
      default: return [one];
    }
  });
  const calls = world.calls.map((call) => ({
    ...call, ...call.request && choices.chance(15) && { port: OWN_PORT },
    ...!maker.certificatesAlone && !isAmbient(call.caller) && choices.chance(60) && { caller: choices.one([...AMBIENT, GATEWAY]) },
  }));
  return {
    name: options.name, calls, waypoints: [{ name: 'way', namespace: SHOP }, { name: 'other', namespace: INFRA }],
    documents: [...documents, maker.namespace(INFRA), maker.namespace(GATEWAY.namespace), EDGE, maker.gateway('way', SHOP), maker.gateway('other', INFRA), ...maker.certificates()],
  };
}

class Maker {
  /** Nothing but PeerAuthentications decides. */
  readonly certificatesAlone: boolean;
  private readonly choices: Choices;
  /** Waypoints see other addresses than callers have: in most worlds policies ask for none. */
  private readonly addresses: boolean;

  constructor(choices: Choices) {
    this.choices = choices;
    this.addresses = choices.chance(20);
    this.certificatesAlone = choices.chance(25);
  }

  namespace(name: string): Json {
    const { choices } = this;
    const labels = name === SIDECARS ? { 'istio-injection': 'enabled' } : name === PLAIN || name === INFRA || name === GATEWAY.namespace ? {} : { 'istio.io/dataplane-mode': 'ambient' };
    const ours = name === SHOP ? { ...choices.chance(50) && { team: choices.one(['blue', 'red']) }, ...choices.chance(25) && this.waypointLabels(), ...choices.chance(20) && { [INGRESS]: choices.one(['true', 'True', 'false']) } } : {};
    return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels, ...ours } } };
  }

  private waypointLabels(): Json {
    const { choices } = this;
    const name = choices.one(['way', 'way', 'way', 'way', 'other', 'other', 'other', 'none']);
    const place = name === 'other' ? INFRA : choices.one([undefined, undefined, SHOP]);
    return { 'istio.io/use-waypoint': name, ...place && { 'istio.io/use-waypoint-namespace': place } };
  }

  /** The Service, and sometimes one more before the same pods, which asks for no waypoint of its own. */
  services(one: Json): Json[] {
    const { choices } = this;
    const labels = choices.chance(75) ? { labels: { ...this.waypointLabels(), ...choices.chance(50) && { [INGRESS]: choices.one(['true', 'true', 'True', 'yes', 'false']) } } } : {};
    const further = choices.chance(6) ? [{ name: 'http-too', port: 8888, targetPort: AMBIENT_PORTS.http[0] }] : [];
    const ports = [...one.spec.ports, ...further].map((port: Json) => ({ ...port, ...port.name === 'http' && choices.chance(30) && { name: 'web' }, port: SERVICE_PORTS[port.port] ?? port.port }));
    const service = { ...one, metadata: { ...one.metadata, ...labels }, spec: { ...one.spec, clusterIP: '10.96.0.10', ports } };
    return choices.chance(8) ? [service, { ...service, metadata: { name: 'orders-beside', namespace: SHOP }, spec: { ...service.spec, clusterIP: '10.96.0.11' } }] : [service];
  }

  gateway(name: string, namespace: string): Json {
    const { choices } = this;
    const from = choices.one<Json>([
      undefined, { from: 'All' }, { from: 'All' }, { from: 'All' }, { from: 'Same' }, { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': SHOP } } },
      { from: 'Selector', selector: { matchExpressions: [{ key: 'team', operator: choices.one(['Exists', 'DoesNotExist']) }] } }, { from: 'Selector', selector: { matchLabels: { team: 'blue' } } },
    ]);
    const kind = choices.one([undefined, undefined, undefined, 'service', 'service', 'service', 'all', 'all', 'all', 'workload', 'none']);
    return {
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name, namespace, ...kind && { labels: { 'istio.io/waypoint-for': kind } } },
      spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE', ...from && { allowedRoutes: { namespaces: from } } }] },
    };
  }

  /** A policy of sidecars, left as it is or attached to a Service, a waypoint, or all waypoints. */
  attached(one: Json): Json {
    const { choices } = this;
    const { selector, rules, ...spec } = one.spec;
    const kept = this.addresses ? rules : rules?.filter((rule: Json) => !/ipblocks|\.ip"/i.test(JSON.stringify(rule)));
    const away = choices.chance(6);
    const namespace = one.metadata.namespace === ROOT ? ROOT : away ? INFRA : SHOP;
    const target = (): Json => choices.one<Json>([
      { group: '', kind: 'Service', name: choices.one(['orders', 'orders', 'orders', 'other']) }, { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: choices.one(['way', 'way', 'other']) },
      ...namespace === ROOT ? [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }] : [],
    ]);
    const first = target();
    const second = target();
    const where = choices.one<Json>([
      selector && { selector: namespace === ROOT && choices.chance(30) ? { matchLabels: { app: 'orders' } } : selector }, choices.chance(10) ? { selector: {} } : {},
      { targetRefs: [first] }, { targetRefs: choices.chance(30) && second.kind !== first.kind ? [first, second] : [first] },
      choices.chance(20) ? { targetRef: first } : { targetRefs: [first] },
    ]);
    return { ...one, metadata: { ...one.metadata, namespace }, spec: { ...spec, ...where, ...kept?.length > 0 && { rules: kept } } };
  }

  /** At most one of each reach: of several the oldest holds, and documents have no age. */
  certificates(): Json[] {
    const { choices } = this;
    const mode = (): string => choices.one(['STRICT', 'STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET']);
    const one = (name: string, namespace: string, spec: Json): Json => ({ apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name, namespace }, spec });
    const mtls = (): Json => (choices.chance(80) ? { mtls: { mode: mode() } } : {});
    const made: Json[] = [];
    const wide = this.certificatesAlone ? 60 : 30;
    if (choices.chance(wide)) made.push(one('default', ROOT, mtls()));
    if (choices.chance(wide)) made.push(one('default', SHOP, mtls()));
    if (choices.chance(this.certificatesAlone ? 90 : 30)) {
      const ports = choices.some([...AMBIENT_PORTS.http, AMBIENT_PORTS.tcp], choices.between(0, 3));
      made.push(one('orders', choices.chance(95) ? SHOP : ROOT, {
        selector: { matchLabels: { app: 'orders' } }, ...mtls(),
        ...ports.length > 0 && { portLevelMtls: Object.fromEntries(ports.map((port) => [String(port), { mode: mode() }])) },
      }));
    }
    return made;
  }
}
