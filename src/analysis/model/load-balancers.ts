// Addresses of Services of type LoadBalancer: the pools of Cilium and MetalLB, which Services draw from them, and which addresses are asked for by name.
import type { FieldPath } from '../documents/document';
import { meetsServiceSelector } from './bgp';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields, Labels } from './fields';
import { list, record, text } from './fields';
import type { AddressRange } from './ranges';
import { parseRange, rangeOf } from './ranges';
import type { Requirement } from './selector';
import { matches, requirementsOf } from './selector';

export interface PoolRange {
  readonly pool: Entry;
  readonly path: FieldPath;
  readonly range: AddressRange;
}

/** Every range that Cilium or MetalLB may give out. */
export function poolRanges(cluster: ClusterModel): readonly PoolRange[] {
  const cilium = cluster.objects('cilium.io', 'CiliumLoadBalancerIPPool').flatMap((pool) => {
    if (pool.spec.disabled === true) return [];
    // The older name of the list is still served to v2alpha1.
    return ['blocks', 'cidrs'].flatMap((field) => list(pool.spec[field]).map((block: Fields, i) => ({
      pool, path: ['spec', field, i], range: block.cidr === undefined ? rangeOf(String(block.start), text(block.stop) ?? String(block.start)) : parseRange(block.cidr),
    })));
  });
  const metalLb = cluster.objects('metallb.io', 'IPAddressPool').flatMap((pool) => list(pool.spec.addresses).map((address, i) => ({
    pool, path: ['spec', 'addresses', i], range: parseRange(address),
  })));
  return [...cilium, ...metalLb].flatMap(({ pool, path, range }): PoolRange[] => (range === undefined ? [] : [{ pool, path, range }]));
}

/** A Service that asks for its addresses by name; one that Envoy Gateway makes stands in its EnvoyProxy. */
export interface RequestedAddress {
  readonly entry: Entry;
  readonly path: FieldPath;
  readonly system: 'Cilium' | 'MetalLB' | 'any';
  readonly address: AddressRange;
  /** Services with the same key may have the same address. */
  readonly sharing: string | undefined;
}

const CILIUM_IPS: readonly string[] = ['lbipam.cilium.io/ips', 'io.cilium/lb-ipam-ips'];
const METALLB_IPS: readonly string[] = ['metallb.io/loadBalancerIPs', 'metallb.universe.tf/loadBalancerIPs'];
const SHARING: readonly string[] = ['lbipam.cilium.io/sharing-key', 'io.cilium/lb-ipam-sharing-key', 'metallb.io/allow-shared-ip', 'metallb.universe.tf/allow-shared-ip'];

function isLoadBalancer({ spec }: Entry): boolean {
  return spec.type === 'LoadBalancer';
}

export function requestedAddresses(cluster: ClusterModel): readonly RequestedAddress[] {
  const services = cluster.objects('', 'Service').filter(isLoadBalancer)
    .flatMap((service) => requestsOf(service, service.annotations, ['metadata', 'annotations'], service.spec.loadBalancerIP, ['spec', 'loadBalancerIP']));
  const proxies = cluster.everyObject('gateway.envoyproxy.io', 'EnvoyProxy').flatMap((proxy) => {
    const service = record(record(record(proxy.spec.provider).kubernetes).envoyService);
    const path = ['spec', 'provider', 'kubernetes', 'envoyService'];
    return service.type === undefined || service.type === 'LoadBalancer'
      ? requestsOf(proxy, record(service.annotations) as Labels, [...path, 'annotations'], service.loadBalancerIP, [...path, 'loadBalancerIP']) : [];
  });
  return [...services, ...proxies];
}

function requestsOf(entry: Entry, annotations: Labels, path: FieldPath, loadBalancerIp: unknown, ipPath: FieldPath): RequestedAddress[] {
  const sharing = SHARING.map((key) => annotations[key]).find((value) => value !== undefined && value !== '');
  const of = (system: RequestedAddress['system'], value: unknown, at: FieldPath): RequestedAddress[] => String(value).split(',').flatMap((part) => {
    const address = parseRange(part.trim());
    return address && address.first === address.last ? [{ entry, path: at, system, address, sharing }] : [];
  });
  return [
    ...text(loadBalancerIp) === undefined ? [] : of('any', loadBalancerIp, ipPath),
    ...CILIUM_IPS.filter((key) => key in annotations).flatMap((key) => of('Cilium', annotations[key], [...path, key])),
    ...METALLB_IPS.filter((key) => key in annotations).flatMap((key) => of('MetalLB', annotations[key], [...path, key])),
  ];
}

/** Whether a pool of Cilium may serve a Service. */
export function ciliumPoolServes(pool: Entry, service: Entry): boolean {
  if (pool.spec.disabled === true) return false;
  const requirements = pool.spec.serviceSelector === undefined ? [] : requirementsOf(pool.spec.serviceSelector);
  return requirements === undefined || meetsServiceSelector(service, requirements);
}

/** Whether a pool of MetalLB gives addresses to a Service that asks for none in particular. */
export function metalLbPoolServes(cluster: ClusterModel, pool: Entry, service: Entry): boolean {
  if (pool.spec.autoAssign === false) return false;
  const { namespaces, namespaceSelectors, serviceSelectors } = record(pool.spec.serviceAllocation);
  const some = (selectors: unknown, labels: Labels): boolean => list(selectors).some((selector) => {
    const requirements: readonly Requirement[] | undefined = requirementsOf(selector);
    return requirements === undefined || matches(labels, requirements);
  });
  if (list(namespaces).length > 0 || list(namespaceSelectors).length > 0) {
    if (!list(namespaces).includes(service.namespace) && !some(namespaceSelectors, cluster.namespace(service.namespace)?.labels ?? {})) return false;
  }
  return list(serviceSelectors).length === 0 || some(serviceSelectors, service.labels);
}

/** Whether objects that controllers make may carry a label: Services of Gateways and proxies take theirs from other objects. */
export function mayBeMadeWith(cluster: ClusterModel, requirements: readonly Requirement[]): boolean {
  if (cluster.open) return true;
  // What is asked in the negative, generated Services meet.
  const keys = requirements.filter(({ operator }) => operator === 'In' || operator === 'Exists').map(({ key }) => key);
  if (keys.length === 0) return true;
  return cluster.derive(labelKeysOfGenerators).some((known) => keys.every((key) => known === undefined || known.has(key)));
}

/** For each object that makes Services: the keys of labels that it may give them; undefined for any. */
function labelKeysOfGenerators(cluster: ClusterModel): readonly (ReadonlySet<string> | undefined)[] {
  const generators: (ReadonlySet<string> | undefined)[] = [];
  const always = ['gateway.networking.k8s.io/gateway-name', 'io.kubernetes.service.name', 'io.kubernetes.service.namespace'];
  for (const gateway of cluster.entries) {
    if (gateway.group === 'gateway.networking.k8s.io' && gateway.kind === 'Gateway') {
      const keys = [...always, ...Object.keys(gateway.labels), ...Object.keys(record(record(gateway.spec.infrastructure).labels))];
      const proxies = cluster.everyObject('gateway.envoyproxy.io', 'EnvoyProxy').flatMap((proxy) => Object.keys(record(record(record(record(proxy.spec.provider).kubernetes).envoyService).labels)));
      generators.push(new Set([...keys, ...proxies]));
    } else if (GENERATORS.has(gateway.group)) {
      generators.push(undefined);
    }
  }
  return generators;
}

/** Systems whose operators make Services with labels that the documents do not say. */
const GENERATORS: ReadonlySet<string> = new Set([
  'helm.toolkit.fluxcd.io', 'kustomize.toolkit.fluxcd.io', 'argoproj.io', 'source.toolkit.fluxcd.io', 'operator.tigera.io', 'install.istio.io', 'operator.istio.io', 'kyverno.io',
  'policies.kyverno.io', 'serving.knative.dev',
]);
