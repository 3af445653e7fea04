// What DestinationRules say of a host: their subsets, and how clients of the mesh speak to it.
// Which rule a proxy takes: pilot/pkg/model/push_context.go, destinationRule: its own namespace, then the Service's, then the root; exact hosts before wildcards.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields, Labels } from './fields';
import { labelsOf, list, record, text } from './fields';
import { meshOf } from './mesh';
import { fullHost } from './mesh-services';

/** How clients speak to a host under a rule, for all ports or one, for all pods or those of a subset. */
export interface ClientTls {
  readonly mode: string;
  readonly path: FieldPath;
  /** Port of the Service; undefined for every port that has no entry of its own. */
  readonly port?: number;
  /** Service ports that other entries decide. */
  readonly except: readonly number[];
  readonly subset?: string;
  readonly labels?: Labels;
}

export class DestinationRules {
  private readonly byHost: Map<string, Entry[]> = new Map();
  private readonly wildcards: Entry[] = [];
  private readonly hosts: Map<Entry, string> = new Map();
  private readonly cluster: ClusterModel;
  /** A rule that cannot be read may say anything of any host. */
  readonly unread: boolean;

  constructor(cluster: ClusterModel) {
    this.cluster = cluster;
    this.unread = cluster.hasUnsound('networking.istio.io', 'DestinationRule');
    for (const entry of cluster.objects('networking.istio.io', 'DestinationRule')) {
      const host = this.hostOf(entry);
      if (host.startsWith('*')) this.wildcards.push(entry);
      const known = this.byHost.get(host);
      if (known) known.push(entry);
      else this.byHost.set(host, [entry]);
    }
  }

  /** The full host of a rule. */
  hostOf(rule: Entry): string {
    let host = this.hosts.get(rule);
    if (host === undefined) this.hosts.set(rule, (host = fullHost(String(rule.spec.host), rule.namespace, this.cluster.facts.clusterDomain)));
    return host;
  }

  /** Rules of exactly this host, wherever they are. */
  ofHost(host: string): readonly Entry[] {
    return this.byHost.get(host) ?? NONE;
  }

  /** Rules whose wildcard covers the host. */
  covering(host: string): readonly Entry[] {
    return this.wildcards.filter((rule) => matchesWildcard(host, this.hostOf(rule)));
  }

  /** The rules that a proxy of `client` takes for a host of a Service of `home`: all of one namespace and one host. */
  forClient(host: string, client: string, home: string | undefined): readonly Entry[] {
    const root = meshOf(this.cluster).config.rootNamespace;
    const places = [client, ...(home === undefined ? [] : [home]), root];
    for (const [index, place] of places.entries()) {
      if (index === 0 && client === root && client !== home) continue;
      // Of other namespaces the narrowest host of all that leave theirs is taken, and only then asked whether this client sees its rules.
      const seen = (rule: Entry): boolean => rule.namespace === place && (index === 0 ? isExported(rule, client) : !isPrivate(rule));
      const found = this.narrowest(host, seen).filter((rule) => isExported(rule, client));
      if (found.length > 0) return found;
    }
    return [];
  }

  /** Exactly this host, otherwise the longest wildcard. */
  private narrowest(host: string, seen: (rule: Entry) => boolean): readonly Entry[] {
    const exact = this.ofHost(host).filter(seen);
    if (exact.length > 0) return exact;
    const wild = this.covering(host).filter(seen);
    const longest = Math.max(...wild.map((rule) => this.hostOf(rule).length));
    return wild.filter((rule) => this.hostOf(rule).length === longest);
  }
}

/** Whether proxies of a namespace see a rule. */
export function isExported(rule: Entry, client: string): boolean {
  const exportTo = list(rule.spec.exportTo).map(String);
  // Rules for chosen clients stay in their namespace.
  if (rule.kind === 'DestinationRule' && rule.spec.workloadSelector !== undefined) return rule.namespace === client;
  return exportTo.length === 0 || exportTo.includes('*') || exportTo.includes(client) || exportTo.includes('.') && rule.namespace === client;
}

/** Whether a rule stays in its namespace. */
function isPrivate(rule: Entry): boolean {
  const exportTo = new Set(list(rule.spec.exportTo).map(String));
  return rule.spec.workloadSelector !== undefined || (exportTo.size === 1 && (exportTo.has('.') || exportTo.has(rule.namespace)));
}

/** Whether a host is covered by `*.shop.svc.cluster.local`, `*.local` or `*`. */
export function matchesWildcard(host: string, wildcard: string): boolean {
  return wildcard.startsWith('*') && host.endsWith(wildcard.slice(1)) && host.length >= wildcard.length;
}

/** Every word of a rule on TLS. An entry for a port takes nothing from the level above it, and a subset only what it does not say itself. */
export function clientTlsOf(rule: Entry): readonly ClientTls[] {
  const top = ofPolicy(rule.spec.trafficPolicy, TOP);
  const given = list(rule.spec.subsets);
  if (given.length === 0) return top;
  return [...top, ...given.map(record).flatMap((subset, index) => {
    const own = ofPolicy(subset.trafficPolicy, ['spec', 'subsets', index, 'trafficPolicy']);
    return own.map((one): ClientTls => ({ ...one, subset: String(subset.name), labels: labelsOf(subset.labels) }));
  })];
}

const NONE: readonly Entry[] = [];
const TOP: FieldPath = ['spec', 'trafficPolicy'];
const TOP_MODE: FieldPath = [...TOP, 'tls', 'mode'];
const NO_PORTS: readonly number[] = [];
const SILENT: readonly ClientTls[] = [];

function ofPolicy(policy: Fields, at: FieldPath): readonly ClientTls[] {
  const { tls, portLevelSettings } = record(policy);
  if (portLevelSettings === undefined) return text(record(tls).mode) === undefined ? SILENT : [{ mode: record(tls).mode as string, path: at === TOP ? TOP_MODE : [...at, 'tls', 'mode'], except: NO_PORTS }];
  const ports = list(portLevelSettings).map(record);
  const numbers = ports.map((one) => record(one.port).number as unknown).filter((number): number is number => typeof number === 'number');
  const found: ClientTls[] = [];
  if (text(record(tls).mode) !== undefined) found.push({ mode: record(tls).mode as string, path: [...at, 'tls', 'mode'], except: numbers });
  for (const [index, one] of ports.entries()) {
    const mode = text(record(one.tls).mode);
    const port = record(one.port).number as number;
    if (mode !== undefined && typeof port === 'number') found.push({ mode, path: [...at, 'portLevelSettings', index, 'tls', 'mode'], port, except: [] });
  }
  return found;
}

function build(cluster: ClusterModel): DestinationRules {
  return new DestinationRules(cluster);
}

/** The DestinationRules of a cluster, derived once. */
export function destinationRulesOf(cluster: ClusterModel): DestinationRules {
  return cluster.derive(build);
}
