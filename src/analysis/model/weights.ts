// Traffic that is split by weights, wherever that can be said: Gateway API and its like in Linkerd, Istio, Traefik, canaries of ingress-nginx, Argo Rollouts, Flagger, and what
// splits-elsewhere.ts reads.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import { each } from './each';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { Share, Split } from './split';
import { isCanary, saysCanary, selectsCanary, shareOf } from './split';
import { ELSEWHERE_SUBJECTS, splitsElsewhere } from './splits-elsewhere';

export const WEIGHT_SUBJECTS: readonly string[] = [
  'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute', 'gateway.networking.k8s.io/TLSRoute', 'gateway.networking.k8s.io/TCPRoute', 'networking.istio.io/VirtualService',
  'policy.linkerd.io/HTTPRoute', 'traefik.io/TraefikService', 'traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP', 'traefik.io/IngressRouteUDP', 'argoproj.io/Rollout',
  'flagger.app/Canary', ...ELSEWHERE_SUBJECTS,
];

/** The larger share of a canary is meant: `netstack.dev/promote: "true"`. */
export const PROMOTE: string = 'netstack.dev/promote';

/** The splits of a cluster: `cluster.derive(splits)`. */
export function splits(cluster: ClusterModel): readonly Split[] {
  return ofRoutes(cluster).concat(ofVirtualServices(cluster), ofTraefik(cluster), ofNginx(cluster), splitsElsewhere(cluster));
}

function ofRoutes(cluster: ClusterModel): Split[] {
  const found: Split[] = [];
  for (const kind of ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute']) each(cluster.objects('gateway.networking.k8s.io', kind), addRoute, cluster, found);
  each(cluster.objects('policy.linkerd.io', 'HTTPRoute'), addRoute, cluster, found);
  return found;
}

function addRoute(at: Entry, cluster: ClusterModel, found: Split[]): void {
  const rules = list(at.spec.rules);
  for (let rule = 0; rule < rules.length; rule++) {
    const refs = list(rules[rule].backendRefs);
    if (refs.length === 0) continue;
    const shares = new Array<Share>(refs.length);
    for (let item = 0; item < refs.length; item++) shares[item] = readShare(refs[item], cluster, at, refs.length === 1, rule, item);
    found.push(new RouteSplit(at, shares, refs.some(isWeighted), rule));
  }
}

function isWeighted({ weight }: Fields): boolean {
  return weight !== undefined;
}

function readShare(ref: Fields, cluster: ClusterModel, at: Entry, only: boolean, rule: number, item: number): Share {
  const name = String(ref.name);
  return new RouteShare(name, typeof ref.weight === 'number' ? ref.weight : 1, isCanary(cluster, text(ref.namespace) ?? at.namespace, name, only), rule, item);
}

/** The backends of a rule of a route. Paths are made for those who report. */
class RouteSplit implements Split {
  readonly at: Entry;
  readonly shares: readonly Share[];
  readonly weighted: boolean;
  readonly zero: Split['zero'] = 'errors';
  private readonly rule: number;

  constructor(at: Entry, shares: readonly Share[], weighted: boolean, rule: number) {
    this.at = at;
    this.shares = shares;
    this.weighted = weighted;
    this.rule = rule;
  }

  get path(): FieldPath {
    return ['spec', 'rules', this.rule, 'backendRefs'];
  }
}

class RouteShare implements Share {
  readonly name: string;
  readonly weight: number;
  readonly canary: boolean;
  private readonly rule: number;
  private readonly item: number;

  constructor(name: string, weight: number, canary: boolean, rule: number, item: number) {
    this.name = name;
    this.weight = weight;
    this.canary = canary;
    this.rule = rule;
    this.item = item;
  }

  get path(): FieldPath {
    return ['spec', 'rules', this.rule, 'backendRefs', this.item];
  }
}

function ofVirtualServices(cluster: ClusterModel): Split[] {
  return cluster.objects('networking.istio.io', 'VirtualService').flatMap((at) => ['http', 'tls', 'tcp'].flatMap((protocol) => (
    list(at.spec[protocol]).flatMap((route: Fields, index): Split[] => {
      const destinations = list(route.route);
      if (destinations.length === 0) return [];
      const path: FieldPath = ['spec', protocol, index, 'route'];
      return [{
        // One destination without a weight gets everything; several need weights, and Istio refuses a sum of 0.
        at, path, zero: destinations.length > 1 ? 'refused' : 'nothing', weighted: destinations.some(({ weight }: Fields) => weight !== undefined),
        shares: destinations.map(({ destination, weight }: Fields, item): Share => {
          const { host, subset } = record(destination);
          const name = text(subset) === undefined ? String(host) : `${String(host)} subset ${String(subset)}`;
          const canary = saysCanary(String(subset)) || saysCanary(String(host).split('.')[0]!) || selectsCanary(cluster, at.namespace, String(host).split('.')[0]!);
          return { name, canary, path: [...path, item], weight: typeof weight === 'number' ? weight : destinations.length === 1 ? 100 : 0 };
        }),
      }];
    })
  )));
}

function ofTraefik(cluster: ClusterModel): Split[] {
  const split = (at: Entry, path: FieldPath, services: readonly Fields[]): Split[] => (services.length < 2 ? [] : [{
    at, path, zero: 'errors', weighted: services.some(({ weight }) => weight !== undefined),
    shares: services.map((one, index) => shareOf(cluster, text(one.namespace) ?? at.namespace, String(one.name), typeof one.weight === 'number' ? one.weight : 1, [...path, index])),
  }]);
  return [
    ...cluster.objects('traefik.io', 'TraefikService').flatMap((at) => split(at, ['spec', 'weighted', 'services'], list(at.spec.weighted?.services))),
    ...['IngressRoute', 'IngressRouteTCP', 'IngressRouteUDP'].flatMap((kind) => cluster.objects('traefik.io', kind)).flatMap((at) => list(at.spec.routes).flatMap((route: Fields, index) => split(at, ['spec', 'routes', index, 'services'], list(route.services)))),
  ];
}

/** A canary of ingress-nginx is an Ingress of its own, whose weight counts out of canary-weight-total. */
function ofNginx(cluster: ClusterModel): Split[] {
  return cluster.objects('networking.k8s.io', 'Ingress').flatMap((at): Split[] => {
    const { annotations } = at;
    const key = 'nginx.ingress.kubernetes.io/canary-weight';
    const weight = Number(annotations[key]);
    if (annotations['nginx.ingress.kubernetes.io/canary'] !== 'true' || annotations[key] === undefined || Number.isNaN(weight)) return [];
    const total = Number(annotations[`${key}-total`] ?? 100);
    const path: FieldPath = ['metadata', 'annotations', key];
    return [{
      at, path, zero: 'nothing', weighted: true,
      shares: [{ name: at.name, weight, canary: true, path }, { name: 'the Ingress beside it', weight: Math.max(0, total - weight), canary: false, path }],
    }];
  });
}

/** The first step of a canary that a controller walks through. */
export interface FirstStep {
  readonly at: Entry;
  readonly path: FieldPath;
  readonly percent: number;
}

/** Rollouts and Flagger's canaries, whose kinds have no schema here: read as far as they go. */
export function firstSteps(cluster: ClusterModel): readonly FirstStep[] {
  if (!cluster.has('argoproj.io', 'Rollout') && !cluster.has('flagger.app', 'Canary')) return [];
  return cluster.entries.flatMap((at): FirstStep[] => {
    if (at.group === 'argoproj.io' && at.kind === 'Rollout') {
      const steps = list(record(record(record(at.spec).strategy).canary).steps);
      const index = steps.findIndex((step: unknown) => record(step).setWeight !== undefined);
      const percent: unknown = record(steps[index]).setWeight;
      return typeof percent === 'number' ? [{ at, percent, path: ['spec', 'strategy', 'canary', 'steps', index, 'setWeight'] }] : [];
    }
    if (at.group !== 'flagger.app' || at.kind !== 'Canary') return [];
    const key = record(at.spec).analysis === undefined ? 'canaryAnalysis' : 'analysis';
    const { stepWeight, stepWeights } = record(record(at.spec)[key]);
    const percent: unknown = list(stepWeights)[0] ?? stepWeight;
    return typeof percent === 'number' ? [{ at, percent, path: ['spec', key, ...list(stepWeights).length > 0 ? ['stepWeights', 0] : ['stepWeight']] }] : [];
  });
}
