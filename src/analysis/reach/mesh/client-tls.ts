// Which callers of the mesh come without its certificate, because a DestinationRule says so: by namespace, for one port of pods.
// pilot/pkg/networking/core/cluster_traffic_policy.go: without a word on TLS, proxies speak mTLS to whoever takes it.
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import type { Labels } from '../../model/fields';
import { list } from '../../model/fields';
import { clientTlsOf, destinationRulesOf } from '../../model/mesh-destinations';
import { meshServicesOf } from '../../model/mesh-services';
import type { MeshService } from '../../model/mesh-services';
import type { PodGroup } from '../../model/pods';

/** `unknown`: it depends on what is not modelled: subsets, certificates of the program's own, several rules of one host. */
export type ClientWord = 'mtls' | 'tls' | 'plain' | 'unknown';

/** How callers speak: those of some namespaces, and all the others. */
export interface ClientWords {
  readonly others: ClientWord;
  readonly byNamespace: ReadonlyMap<string, ClientWord>;
  readonly by?: Entry | undefined;
}

const WORDS: Readonly<Record<string, ClientWord>> = { ISTIO_MUTUAL: 'mtls', DISABLE: 'plain', SIMPLE: 'tls' };
const ALL_MTLS: ClientWords = { others: 'mtls', byNamespace: new Map() };
/** A namespace that nobody has. */
const ELSEWHERE = '\u0000';

/** Rules that speak of TLS at all, so that most clusters are not searched. */
function speaking(cluster: ClusterModel): boolean {
  return destinationRulesOf(cluster).unread || cluster.objects('networking.istio.io', 'DestinationRule').some((rule) => clientTlsOf(rule).some(({ mode }) => mode !== 'ISTIO_MUTUAL'));
}

/** How callers speak to a port of pods, by the Services in front of it. */
export function clientWords(cluster: ClusterModel, group: PodGroup, port: number): ClientWords {
  if (!cluster.derive(speaking)) return ALL_MTLS;
  let found: ClientWords | undefined;
  for (const service of meshServicesOf(cluster).inFrontOf(group)) {
    for (const one of service.ports) {
      if (service.targetOf(one, group) !== port) continue;
      const words = wordsOf(cluster, service, one.number, group.labels);
      found = found === undefined ? words : together(found, words);
    }
  }
  return found ?? ALL_MTLS;
}

/** How a caller of one namespace speaks to a port of a Service. */
export function clientWordOf(cluster: ClusterModel, service: MeshService, port: number, labels: Labels, namespace: string): ClientWord {
  const words = cluster.derive(speaking) ? wordsOf(cluster, service, port, labels) : ALL_MTLS;
  return words.byNamespace.get(namespace) ?? words.others;
}

function wordsOf(cluster: ClusterModel, service: MeshService, port: number, labels: Labels): ClientWords {
  const rules = destinationRulesOf(cluster);
  if (rules.unread) return { others: 'unknown', byNamespace: new Map() };
  const candidates = [...rules.ofHost(service.host), ...rules.covering(service.host)];
  if (candidates.length === 0) return ALL_MTLS;
  const places = new Set(candidates.flatMap((rule) => [rule.namespace, ...list(rule.spec.exportTo).map((one) => String(one)).filter((one) => one !== '*' && one !== '.' && one !== '~')]));
  let by: Entry | undefined;
  const wordIn = (namespace: string): ClientWord => {
    const chosen = rules.forClient(service.host, namespace, service.namespace);
    const words = new Set(chosen.map((rule) => wordOf(rule, port, labels)));
    if (words.size === 0) return 'mtls';
    const [word] = words;
    if (word !== 'mtls') by ??= chosen[0];
    return words.size === 1 ? word! : 'unknown';
  };
  const others = wordIn(ELSEWHERE);
  return { others, byNamespace: new Map([...places].map((place) => [place, wordIn(place)])), by };
}

function wordOf(rule: Entry, port: number, labels: Labels): ClientWord {
  const words = clientTlsOf(rule);
  const whole = words.filter(({ subset }) => subset === undefined);
  const said = whole.find((one) => one.port === port) ?? whole.find((one) => one.port === undefined && !one.except.includes(port));
  const mode = said === undefined ? 'mtls' : WORDS[said.mode] ?? 'unknown';
  const ofSubsets = words.filter((one) => one.subset !== undefined && Object.entries(one.labels ?? {}).every(([key, value]) => labels[key] === value));
  return rule.spec.workloadSelector !== undefined || ofSubsets.some((one) => (WORDS[one.mode] ?? 'unknown') !== mode) ? 'unknown' : mode;
}

/** Callers choose the Service: where two differ, nobody knows. */
function together(a: ClientWords, b: ClientWords): ClientWords {
  const both = (one: ClientWord, other: ClientWord): ClientWord => (one === other ? one : 'unknown');
  const places = [...a.byNamespace.keys(), ...b.byNamespace.keys()];
  const byNamespace = new Map(places.map((place) => [place, both(a.byNamespace.get(place) ?? a.others, b.byNamespace.get(place) ?? b.others)]));
  return { others: both(a.others, b.others), byNamespace, by: a.by ?? b.by };
}
