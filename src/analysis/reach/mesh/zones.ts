// What a proxy beside pods does at each of their ports: whether it sees requests, whether it asks for a certificate, which callers show one, whose tokens it checks.
// Ports at which it does the same are one zone; pods with the same zones carry the same fact, so that policies are written out once for all of them.
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../../model/cluster-model';
import { each } from '../../model/each';
import type { Entry } from '../../model/entry';
import { labelsOf, record } from '../../model/fields';
import { meshOf } from '../../model/mesh';
import { mtlsOf } from '../../model/mesh-mtls';
import type { EffectiveMtls, MtlsMode, MtlsModes } from '../../model/mesh-mtls';
import { podProtocols } from '../../model/mesh-protocols';
import type { MeshServices } from '../../model/mesh-services';
import { meshServicesOf } from '../../model/mesh-services';
import type { TokenChecks } from '../../model/mesh-tokens';
import { issuersOf, tokenChecksOf } from '../../model/mesh-tokens';
import type { PodGroup } from '../../model/pods';
import type { Endpoint } from '../endpoints';
import { setFact } from '../endpoints';
import type { PortMatch } from '../rules';
import type { Selector } from '../selector';
import { both, either, negate, NOBODY, UNKNOWN } from '../selector';
import { markBypasses, notBypassing } from './bypass';
import type { ClientWord, ClientWords } from './client-tls';
import { clientWords } from './client-tls';
import { groupOf, IN_ISTIO, MESH } from './members';
import type { Knowing } from './sidecars';
import { knowingOf, knowingPods, LIMITED } from './sidecars';
import type { PortSet } from './port-sets';
import { EVERY_PORT, matching, meet, portSet, without } from './port-sets';

/** The fact that tells pods by what their proxies do. */
export const ZONES = 'mesh.zones';

export interface Zone {
  readonly ports: PortSet;
  /** The same, as rules name them. */
  readonly matches: readonly PortMatch[];
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
  /** The pods with this value. */
  readonly subject: Selector;
  readonly zones: readonly Zone[];
  /** The RequestAuthentications whose tokens are checked. */
  readonly tokens: readonly Entry[];
  /** Of these tokens. */
  readonly issuers: readonly string[];
  readonly gateway: boolean;
  /** The namespace of some of them: of all, where nobody knows which of its PeerAuthentications holds. */
  readonly home: string;
}

/** Ports of the proxy itself; the rest of the list is in the model, which asks about one port at a time. */
const OWN_PORTS: readonly number[] = [15020, 15021, 15053, 15090];

/** Which zones pods have. What reads them is kept with the answers, so that its code stays compiled. */
export class Zonings {
  private readonly reader: ZoneReader;

  constructor(cluster: ClusterModel, endpoints: readonly Endpoint[]) {
    this.reader = new ZoneReader(cluster, markBypasses(endpoints));
    each(endpoints, mark, this.reader);
  }

  get all(): readonly Zoning[] {
    return this.reader.all;
  }

  get of(): ReadonlyMap<Endpoint, Zoning> {
    return this.reader.of;
  }
}

/** Writes which zones an endpoint has, if its pods may have a proxy. */
function mark(endpoint: Endpoint, reader: ZoneReader): void {
  const { facts } = endpoint;
  const mesh = facts[MESH];
  if (mesh === 'none' || mesh === 'ambient' || (mesh === undefined && !(MESH in facts))) return;
  const zoning = reader.read(groupOf(endpoint) as PodGroup, endpoint, mesh === 'gateway');
  // Whether pods whose namespace nobody declares have a proxy is not known, unless policies of that very namespace take it for granted.
  setFact(endpoint, ZONES, mesh !== undefined || reader.isGoverned(endpoint.namespace) ? zoning.id : undefined);
}

/** Ports of some pods at which their proxy does the same. */
interface Alike {
  /** What it does there. */
  readonly id: string;
  /** One of these ports. */
  readonly at: number;
  readonly numbers: number[];
}

class ZoneReader {
  readonly all: Zoning[] = [];
  readonly of: Map<Endpoint, Zoning> = new Map();
  private readonly cluster: ClusterModel;
  private readonly mtls: MtlsModes;
  private readonly services: MeshServices;
  private readonly tokens: TokenChecks;
  /** Ports that PeerAuthentications of a namespace name. */
  private readonly named: ReadonlyMap<string, readonly number[]>;
  private readonly governed: ReadonlySet<string>;
  private readonly numbers: Map<object, number> = new Map();
  /** Some caller's sidecar leaves calls alone. */
  private readonly bypassed: boolean;
  /** Pods of one key have the same zones, so that these are put together once. */
  private readonly byKey: Map<string, Zoning> = new Map();
  /** Equal ones are the same, so that rules are read once for all of them. */
  private readonly portSets: Map<string, Pick<Zone, 'ports' | 'matches'>> = new Map();
  private readonly callers: Map<string, Selector> = new Map();
  /** The ports of the pods that are read, and what the proxy does there. */
  private readonly ports: number[] = [];
  private readonly ids: string[] = [];

  constructor(cluster: ClusterModel, bypassed: boolean) {
    this.cluster = cluster;
    this.bypassed = bypassed;
    this.mtls = mtlsOf(cluster);
    this.services = meshServicesOf(cluster);
    this.tokens = tokenChecksOf(cluster);
    const named = new Map<string, number[]>();
    each(cluster.objects('security.istio.io', 'PeerAuthentication'), enterNamed, named);
    this.named = named;
    const governed = new Set<string>();
    for (const kind of ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication']) each(cluster.objects('security.istio.io', kind), enterGoverned, governed);
    this.governed = governed;
  }

  isGoverned(namespace: string): boolean {
    return this.governed.has(namespace);
  }

  read(group: PodGroup, endpoint: Endpoint, gateway: boolean): Zoning {
    const protocols = podProtocols(this.cluster, group);
    this.enterPorts(group, protocols);
    const { ports, ids } = this;
    const rest = this.idAt(group, protocols, 0);
    let isEverywhere = true;
    ids.length = 0;
    for (let i = 0; i < ports.length; i++) {
      ids.push(this.idAt(group, protocols, ports[i]!));
      isEverywhere &&= ids[i] === rest;
    }
    const excluded = group.annotations[EXCLUDED];
    const included = group.annotations[INCLUDED];
    const captured = gateway ? 'g' : excluded === undefined && included === undefined ? 's' : `s${excluded ?? ''}\u0001${included ?? ''}`;
    let key = captured;
    // Before most pods the proxy does the same at all ports.
    const found = isEverywhere ? undefined : this.alike(rest);
    if (found === undefined) key += `\u0001${rest}`;
    else for (const one of found) key += `\u0001${one.id}\u0002${one.id === rest ? 'rest' : one.numbers.sort(ascending).join(' ')}`;
    const tokens = this.tokens.of(group);
    for (let i = 0; i < tokens.length; i++) key += `\u0003${this.numberOf(tokens[i]!)}`;
    let zoning = this.byKey.get(key);
    if (!zoning) {
      const id = `s${this.byKey.size}`;
      zoning = {
        id, subject: { is: 'in', field: 'fact', key: ZONES, values: [id] }, zones: this.zonesOf(group, found ?? [{ id: rest, at: 0, numbers: [...this.ports] }], rest, captured, gateway),
        tokens, issuers: issuersOf(tokens), gateway, home: endpoint.namespace,
      };
      this.byKey.set(key, zoning);
      this.all.push(zoning);
    }
    this.of.set(endpoint, zoning);
    return zoning;
  }

  /** The ports of pods that somebody names. */
  private enterPorts(group: PodGroup, protocols: ReadonlyMap<number, string>): void {
    const { ports } = this;
    ports.length = 0;
    for (const port of protocols.keys()) ports.push(port);
    const named = this.named.get(group.namespace);
    if (named !== undefined) for (let i = 0; i < named.length; i++) this.enterPort(named[i]!);
    const services = this.services.inFrontOf(group);
    for (let i = 0; i < services.length; i++) {
      const service = services[i]!;
      for (let k = 0; k < service.ports.length; k++) this.enterPort(service.targetOf(service.ports[k]!, group) ?? 0);
    }
  }

  private enterPort(port: number): void {
    if (port !== 0 && !this.ports.includes(port)) this.ports.push(port);
  }

  /** The ports by what the proxy does there; those that nobody names are among the ones with `rest`. */
  private alike(rest: string): readonly Alike[] {
    const { ports, ids } = this;
    const found: Alike[] = [];
    for (let i = 0; i < ports.length; i++) alikeAt(found, ids[i]!, ports[i]!).numbers.push(ports[i]!);
    alikeAt(found, rest, 0);
    return found;
  }

  /** Tells what the proxy does at a port from what it does elsewhere. */
  private idAt(group: PodGroup, protocols: ReadonlyMap<number, string>, port: number): string {
    const { mode, by, scope } = this.mtls.at(group, port);
    const callers = this.callersId(group, port);
    const http = protocolAt(protocols, port) === 'http';
    let id = http ? HTTP[mode] : OPAQUE[mode];
    // Who lets everybody in is nobody whom an answer names.
    if (mode === 'STRICT' || mode === 'unknown') id += ` ${by === undefined ? group.namespace : this.numberOf(by)}${scope === 'port' ? ` ${port}` : ''}`;
    return callers === '' ? id : `${id} ${callers}`;
  }

  /** Tells those who show a certificate at a port from others; empty where all of the mesh do. */
  private callersId(group: PodGroup, port: number): string {
    const words = printWords(clientWords(this.cluster, group, port));
    const knowing = knowingOf(this.cluster, group, port);
    const known = words === '' && knowing === undefined ? '' : `${words} ${knowing?.id ?? '*'}`;
    return this.bypassed ? `${known} ${this.doorsOf(group, port).join(' ')}` : known;
  }

  /** The ports of Services that lead to a port of pods. */
  private doorsOf(group: PodGroup, target: number): readonly number[] {
    const doors: number[] = [];
    for (const service of this.services.inFrontOf(group)) {
      for (const port of service.ports) if ((service.targetOf(port, group) ?? 0) === target && !doors.includes(port.number)) doors.push(port.number);
    }
    return doors.length > 0 ? doors : [target];
  }

  private zonesOf(group: PodGroup, found: readonly Alike[], rest: string, captured: string, gateway: boolean): readonly Zone[] {
    const protocols = podProtocols(this.cluster, group);
    const zones: Zone[] = [];
    for (const { id, at, numbers } of found) {
      const { ports, matches } = this.portsOf(group, id === rest ? { but: this.ports.filter((port) => !numbers.includes(port)) } : { only: numbers }, captured, gateway);
      if (ports.length === 0) continue;
      const mtls = this.mtls.at(group, at);
      zones.push({ protocol: protocolAt(protocols, at), mtls, authenticated: mtls.mode === 'DISABLE' && !gateway ? NOBODY : this.callersAt(group, at), ports, matches });
    }
    return zones;
  }

  /** Some ports, as far as the proxy stands before them. */
  private portsOf({ annotations }: PodGroup, own: Own, captured: string, gateway: boolean): Pick<Zone, 'ports' | 'matches'> {
    const key = `${captured}\u0001${'only' in own ? own.only.join(' ') : `but ${own.but.join(' ')}`}`;
    let known = this.portSets.get(key);
    if (!known) {
      const ports = meet('only' in own ? portSet(own.only) : without(EVERY_PORT, portSet(own.but)), gateway ? EVERY_PORT : capturedBy(annotations[EXCLUDED], annotations[INCLUDED]));
      this.portSets.set(key, (known = { ports, matches: matching(ports) }));
    }
    return known;
  }

  /** Who shows a certificate at a port. */
  private callersAt(group: PodGroup, port: number): Selector {
    const id = this.callersId(group, port);
    let known = this.callers.get(id);
    if (!known) {
      const callers = authenticatedBy(clientWords(this.cluster, group, port), this.inScope(knowingOf(this.cluster, group, port)));
      this.callers.set(id, (known = this.bypassed ? notBypassing(callers, this.doorsOf(group, port)) : callers));
    }
    return known;
  }

  /** Callers in the mesh whose Sidecar does not hide them from somebody. */
  private inScope(knowing: Knowing | undefined): Selector {
    if (knowing === undefined) return IN_ISTIO;
    return both(IN_ISTIO, negate(both({ is: 'exists', field: 'fact', key: LIMITED }, negate(knowingPods(this.cluster, knowing)))));
  }

  private numberOf(entry: object): number {
    let number = this.numbers.get(entry);
    if (number === undefined) this.numbers.set(entry, (number = this.numbers.size));
    return number;
  }
}

/** Some ports, or all but some. */
type Own = { readonly only: readonly number[] } | { readonly but: readonly number[] };

function alikeAt(found: Alike[], id: string, port: number): Alike {
  for (let i = 0; i < found.length; i++) if (found[i]!.id === id) return found[i]!;
  const one: Alike = { id, at: port, numbers: [] };
  found.push(one);
  return one;
}

function ascending(a: number, b: number): number {
  return a - b;
}

function enterNamed({ namespace, spec }: Entry, named: Map<string, number[]>): void {
  if (spec.portLevelMtls === undefined) return;
  let ports = named.get(namespace);
  for (const port in record(spec.portLevelMtls)) {
    if (ports === undefined) named.set(namespace, (ports = []));
    if (!ports.includes(Number(port))) ports.push(Number(port));
  }
}

function enterGoverned({ namespace, spec }: Entry, governed: Set<string>): void {
  if (spec.targetRef === undefined && spec.targetRefs === undefined) governed.add(namespace === '' ? 'default' : namespace);
}

const HTTP: Readonly<Record<MtlsMode, string>> = { STRICT: 'http STRICT', PERMISSIVE: 'http PERMISSIVE', DISABLE: 'http DISABLE', unknown: 'http unknown' };
const OPAQUE: Readonly<Record<MtlsMode, string>> = { STRICT: 'opaque STRICT', PERMISSIVE: 'opaque PERMISSIVE', DISABLE: 'opaque DISABLE', unknown: 'opaque unknown' };
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
function authenticatedBy({ others, byNamespace }: ClientWords, scoped: Selector): Selector {
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
