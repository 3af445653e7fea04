// What a proxy beside pods does at each of their ports: whether it sees requests, whether it asks for a certificate, which callers show one, whose tokens it checks.
// Ports at which it does the same are one zone; pods with the same zones carry the same fact, so that policies are written out once for all of them.
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import { labelsOf, record } from '../../model/fields';
import { meshOf } from '../../model/mesh';
import { mtlsOf } from '../../model/mesh-mtls';
import type { EffectiveMtls } from '../../model/mesh-mtls';
import { podProtocols } from '../../model/mesh-protocols';
import { meshServicesOf } from '../../model/mesh-services';
import { tokenChecksOf } from '../../model/mesh-tokens';
import type { PodGroup } from '../../model/pods';
import type { Endpoint } from '../endpoints';
import type { Selector } from '../selector';
import { both, either, negate, NOBODY, UNKNOWN } from '../selector';
import { markBypasses, notBypassing } from './bypass';
import type { ClientWord, ClientWords } from './client-tls';
import { clientWords } from './client-tls';
import { groupOf, IN_ISTIO, MESH } from './members';
import { SCOPE, scopesWithout } from './sidecars';
import type { PortSet } from './port-sets';
import { EVERY_PORT, meet, portSet, without } from './port-sets';

/** The fact that tells pods by what their proxies do. */
export const ZONES = 'mesh.zones';

export interface Zone {
  readonly ports: PortSet;
  /** Whether the proxy sees requests. A port whose bytes it looks at first counts as one of requests. */
  readonly protocol: 'http' | 'opaque';
  readonly mtls: EffectiveMtls;
  /** Who shows a certificate of the mesh. */
  readonly authenticated: Selector;
}

/** What pods with one value of {@link ZONES} have in common. */
export interface Zoning {
  /** The value. */
  readonly id: string;
  readonly zones: readonly Zone[];
  /** The RequestAuthentications whose tokens are checked. */
  readonly tokens: readonly Entry[];
  readonly gateway: boolean;
}

/** Ports of the proxy itself; the rest of the list is in the model, which asks about one port at a time. */
const OWN_PORTS: readonly number[] = [15020, 15021, 15053, 15090];

export class Zonings {
  readonly all: readonly Zoning[];
  readonly of: ReadonlyMap<Endpoint, Zoning>;

  constructor(cluster: ClusterModel, endpoints: readonly Endpoint[]) {
    const byKey = new Map<string, Zoning>();
    const of = new Map<Endpoint, Zoning>();
    const reader = new ZoneReader(cluster, markBypasses(endpoints));
    for (const endpoint of endpoints) {
      const mesh = endpoint.facts[MESH];
      if (mesh === 'none' || mesh === 'ambient' || (mesh === undefined && !(MESH in endpoint.facts))) continue;
      const { key, zones, tokens } = reader.read(groupOf(endpoint) as PodGroup, mesh === 'gateway');
      let zoning = byKey.get(key);
      if (!zoning) byKey.set(key, (zoning = { id: `s${byKey.size}`, zones: zones(), tokens, gateway: mesh === 'gateway' }));
      of.set(endpoint, zoning);
      // Whether pods whose namespace nobody declares have a proxy is not known, unless policies of that very namespace take it for granted.
      endpoint.facts[ZONES] = mesh !== undefined || reader.isGoverned(endpoint.namespace) ? zoning.id : undefined;
    }
    this.all = [...byKey.values()];
    this.of = of;
  }
}

class ZoneReader {
  private readonly cluster: ClusterModel;
  /** Ports that PeerAuthentications of a namespace name. */
  private readonly named: ReadonlyMap<string, readonly number[]>;
  private readonly governed: ReadonlySet<string>;
  private readonly ids: Map<object, number> = new Map();
  /** Some caller's sidecar leaves calls alone. */
  private readonly bypassed: boolean;

  constructor(cluster: ClusterModel, bypassed: boolean) {
    this.cluster = cluster;
    this.bypassed = bypassed;
    const named = new Map<string, Set<number>>();
    for (const { namespace, spec } of cluster.objects('security.istio.io', 'PeerAuthentication')) {
      for (const port in record(spec.portLevelMtls)) {
        const known = named.get(namespace);
        if (known) known.add(Number(port));
        else named.set(namespace, new Set([Number(port)]));
      }
    }
    this.named = new Map([...named].map(([namespace, ports]) => [namespace, [...ports]]));
    this.governed = new Set(['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'].flatMap((kind) => cluster.objects('security.istio.io', kind))
      .filter(({ spec }) => spec.targetRef === undefined && spec.targetRefs === undefined).map(({ namespace }) => (namespace === '' ? 'default' : namespace)));
  }

  isGoverned(namespace: string): boolean {
    return this.governed.has(namespace);
  }

  /** Pods of one key have the same zones, so that these are put together once. */
  read(group: PodGroup, gateway: boolean): { readonly key: string; readonly zones: () => readonly Zone[]; readonly tokens: readonly Entry[] } {
    const { cluster } = this;
    const protocols = podProtocols(cluster, group);
    const ports: number[] = [...protocols.keys()];
    const enter = (port: number): void => {
      if (!ports.includes(port)) ports.push(port);
    };
    for (const port of this.named.get(group.namespace) ?? NO_PORTS) enter(port);
    const doors = new Map<number, number[]>();
    for (const service of meshServicesOf(cluster).inFrontOf(group)) {
      for (const port of service.ports) {
        const target = service.targetOf(port, group) ?? 0;
        enter(target);
        const known = doors.get(target);
        if (!known) doors.set(target, [port.number]);
        else if (!known.includes(port.number)) known.push(port.number);
      }
    }
    const found = new Map<string, { readonly numbers: number[]; readonly at: number; readonly scopes: readonly string[] }>();
    let allScopes: readonly string[] = [];
    const doorsOf = (port: number): readonly number[] => doors.get(port) ?? [port];
    const at = (port: number): string => {
      const mtls = mtlsOf(cluster).at(group, port);
      const scopes = scopesWithout(cluster, group, port);
      if (scopes.length > 0) allScopes = [...new Set([...allScopes, ...scopes])];
      let key = `${protocolAt(protocols, port)} ${mtls.mode} ${mtls.by === undefined ? '' : `${this.idOf(mtls.by)} ${mtls.path.join('.')}`} ${printWords(clientWords(cluster, group, port))} ${scopes.join(' ')}`;
      if (this.bypassed) key += ` ${doorsOf(port).join(' ')}`;
      if (!found.has(key)) found.set(key, { numbers: [], at: port, scopes });
      return key;
    };
    for (const port of ports) if (port !== 0) found.get(at(port))!.numbers.push(port);
    const rest = at(0);
    const excluded = group.annotations[EXCLUDED];
    const included = group.annotations[INCLUDED];
    let key = gateway ? 'g' : `s${excluded ?? ''}\u0001${included ?? ''}`;
    for (const [id, { numbers }] of found) key += `\u0001${id}\u0002${id === rest ? 'rest' : numbers.sort((a, b) => a - b).join(' ')}`;
    const tokens = tokenChecksOf(cluster).of(group);
    for (const one of tokens) key += `\u0003${this.idOf(one)}`;
    const zones = (): readonly Zone[] => {
      const captured = gateway ? EVERY_PORT : capturedBy(excluded, included);
      return [...found].flatMap(([id, one]): readonly Zone[] => {
        const own = id === rest ? without(EVERY_PORT, portSet(ports.filter((port) => !one.numbers.includes(port)))) : portSet(one.numbers);
        const set = meet(own, captured);
        if (set.length === 0) return [];
        const mtls = mtlsOf(cluster).at(group, one.at);
        const callers = authenticatedBy(clientWords(cluster, group, one.at), one.scopes);
        const authenticated = mtls.mode === 'DISABLE' && !gateway ? NOBODY : this.bypassed ? notBypassing(callers, doorsOf(one.at)) : callers;
        return [{ protocol: protocolAt(protocols, one.at), mtls, authenticated, ports: set }];
      });
    };
    return { key: `${key}\u0004${allScopes.join('\u0005')}`, zones, tokens };
  }

  private idOf(entry: object): number {
    let id = this.ids.get(entry);
    if (id === undefined) this.ids.set(entry, (id = this.ids.size));
    return id;
  }
}

const NO_PORTS: readonly number[] = [];
const EXCLUDED = 'traffic.sidecar.istio.io/excludeInboundPorts';
const INCLUDED = 'traffic.sidecar.istio.io/includeInboundPorts';

function protocolAt(protocols: ReadonlyMap<number, string>, port: number): Zone['protocol'] {
  return protocols.get(port) === 'opaque' ? 'opaque' : 'http';
}

const CAPTURED: PortSet = without(EVERY_PORT, portSet(OWN_PORTS));

/** The ports before which the sidecar stands. */
function capturedBy(excluded: string | undefined, included: string | undefined): PortSet {
  if (excluded === undefined && included === undefined) return CAPTURED;
  return without(included === undefined || included.trim() === '*' ? EVERY_PORT : portSet(numbersIn(included)), portSet([...OWN_PORTS, ...numbersIn(excluded)]));
}

function numbersIn(ports: string | undefined): readonly number[] {
  return (ports ?? '').split(',').map(Number).filter((port) => Number.isInteger(port));
}

function printWords({ others, byNamespace }: ClientWords): string {
  return others === 'mtls' && byNamespace.size === 0 ? '' : `${others} ${[...byNamespace].map(([place, word]) => `${place}:${word}`).sort().join(' ')}`;
}

/** Who shows a certificate where DestinationRules and Sidecars have their word. */
function authenticatedBy({ others, byNamespace }: ClientWords, scopes: readonly string[]): Selector {
  const scoped = scopes.length === 0 ? IN_ISTIO : both(IN_ISTIO, negate({ is: 'in', field: 'fact', key: SCOPE, values: scopes }));
  if (others === 'mtls' && byNamespace.size === 0) return scoped;
  const places = (word: ClientWord): readonly string[] => [...byNamespace].filter(([, one]) => one === word).map(([place]) => place);
  const inside = (names: readonly string[]): Selector => ({ is: 'in', field: 'namespace', key: '', values: names });
  const told = inside([...byNamespace.keys()]);
  const unsaid: Selector = others === 'mtls' ? negate(told) : others === 'unknown' ? both(negate(told), UNKNOWN) : NOBODY;
  // Proxies of nodes read no DestinationRules.
  return both(scoped, either({ is: 'in', field: 'fact', key: MESH, values: ['ambient'] }, inside(places('mtls')), both(inside(places('unknown')), UNKNOWN), unsaid));
}

/** Where nobody can say which PeerAuthentication is the older one, any of them stands for all. */
export function anyPeerAuthentication(cluster: ClusterModel, namespace: string): { readonly by: Entry; readonly path: FieldPath } | undefined {
  const { rootNamespace } = meshOf(cluster).config;
  const policies = cluster.everyObject('security.istio.io', 'PeerAuthentication');
  const by = policies.find((one) => one.namespace === namespace && Object.keys(labelsOf(record(one.spec.selector).matchLabels)).length > 0)
    ?? policies.find((one) => one.namespace === namespace) ?? policies.find((one) => one.namespace === rootNamespace);
  return by && { by, path: [] };
}
