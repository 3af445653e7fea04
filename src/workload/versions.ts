// From the properties of a workload to one plain state per version. The main version comes first.
import { Percent } from '../core/percent';
import type { Cluster } from '../core/cluster';
import type { ErrorScope } from '../core/errors';
import { NetstackError, shorten } from '../core/errors';
import { dnsLabel, labelKey, labelValue } from '../core/kubernetes-name';
import { atLeast } from '../core/targets';
import { requireObject, requireOptions } from '../core/shape';
import { checkArguments, checkEnv } from './env';
import { checkImage } from './image';
import { checkAnnotations, checkLabels } from './labels';
import { checkResources } from './resources';
import type { Ports } from './workload-ports';
import type { AutoscalingOptions, ContainerOptions, ServiceOptions, WorkloadOptions, WorkloadServiceOptions, WorkloadVersion } from './workload-props';
import type { AutoscalingState, VersionState } from './workload-state';

export const DEFAULT_REPLICAS = 2;
export const DEFAULT_CPU_TARGET: Percent = Percent.of(70);
/** The version whose Service has the name of the workload. */
export const MAIN_VERSION = 'stable';

const VERSION_OPTIONS: Readonly<Record<keyof WorkloadVersion, true>> = {
  image: true, label: true, service: true, replicas: true, autoscaling: true, command: true, args: true, env: true, resources: true,
};
const SERVICE_OPTIONS: Readonly<Record<keyof ServiceOptions, true>> = {
  labels: true, annotations: true, type: true, loadBalancerClass: true, externalTrafficPolicy: true, trafficDistribution: true,
};

/** What is asked of the workload. */
export interface VersionsOwner extends ErrorScope {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: Cluster;
  readonly controller: 'Deployment' | 'StatefulSet';
}

/** What both forms of the properties have. */
type Given = WorkloadOptions<Ports> & { readonly image?: string; readonly versions?: Readonly<Record<string, WorkloadVersion>> };

/** @throws NetstackError unless there is exactly one of `image` and `versions`, for two versions of one label, and for values that Kubernetes refuses */
export function checkVersions(owner: VersionsOwner, props: unknown, userLabels: Readonly<Record<string, string>>): ReadonlyMap<string | undefined, VersionState> {
  const given = props as Given;
  const fix = "give image: 'registry.example.com/orders:1.7.4', or versions: { stable: { image: … }, canary: { image: … } }";
  if (given.versions === undefined) {
    if (given.image === undefined) throw new NetstackError({ what: `Workload ${owner.name} has neither image nor versions`, scope: owner, fix });
    return new Map([[undefined, checkVersion(owner, given, { image: given.image }, undefined, owner.name, userLabels)]]);
  }
  if (given.image !== undefined) throw new NetstackError({ what: `Workload ${owner.name} has both image and versions`, scope: owner, fix: 'move the image into a version' });
  const versions = typeof given.versions === 'object' && given.versions !== null ? Object.entries(given.versions) : [];
  if (versions.length === 0) throw new NetstackError({ what: `Workload ${owner.name} has no versions`, scope: owner, fix });
  const main = versions.find(([name]) => name === MAIN_VERSION) ?? versions[0]!;
  const states = new Map<string | undefined, VersionState>();
  const labels = new Map<string, string>();
  for (const [name, version] of [main, ...versions.filter((one) => one !== main)]) {
    dnsLabel(name, `The version of workload ${owner.name} named`, owner);
    if (typeof version !== 'object' || version === null) {
      throw new NetstackError({ what: `Version ${name} of workload ${owner.name} is ${shorten(version)}`, scope: owner, fix: "give such as { image: 'registry.example.com/orders:2.0.0' }" });
    }
    requireOptions(version, VERSION_OPTIONS, `version ${name} of workload ${owner.name}`, owner);
    const objectName = name === main[0] ? owner.name : dnsLabel(`${owner.name}-${name}`, `Name of version ${name}`, owner);
    const state = checkVersion(owner, given, version, name, objectName, userLabels);
    const label = state.selector.version!;
    const twin = labels.get(label);
    if (twin !== undefined) throw new NetstackError({ what: `Versions ${twin} and ${name} of workload ${owner.name} have the same label ${shorten(label)}`, scope: owner, fix: 'give one of them another label' });
    labels.set(label, name);
    states.set(name, state);
  }
  return states;
}

function checkVersion(
  owner: VersionsOwner, shared: Given, own: WorkloadVersion, version: string | undefined, objectName: string, userLabels: Readonly<Record<string, string>>,
): VersionState {
  const where = version === undefined ? `workload ${owner.name}` : `version ${version} of workload ${owner.name}`;
  const label = version === undefined ? undefined : labelValue(own.label ?? version, `Label of ${where}`, owner);
  if (label === '') throw new NetstackError({ what: `Label of ${where} is empty`, scope: owner, fix: "give such as 'v1'" });
  if (owner.controller === 'StatefulSet' && objectName.length > 52) {
    throw new NetstackError({ what: `StatefulSet ${objectName} has a name of ${objectName.length} characters`, scope: owner, fix: 'use at most 52: its revision is a label of the pods' });
  }
  const selector = Object.freeze({ app: owner.name, ...label !== undefined && { version: label } });
  for (const env of [shared.env, own.env]) requireObject(env ?? {}, `env of ${where}`, owner);
  const container: ContainerOptions = { ...shared, ...defined(own), env: { ...shared.env, ...own.env } };
  const scale = own.replicas !== undefined || own.autoscaling !== undefined ? own : shared;
  if (scale.replicas !== undefined && scale.autoscaling !== undefined) {
    throw new NetstackError({ what: `Both replicas and autoscaling of ${where} are given`, scope: owner, fix: 'leave one out: the autoscaler decides the number' });
  }
  const replicas = scale.replicas ?? DEFAULT_REPLICAS;
  if (!Number.isInteger(replicas) || replicas < 0 || replicas > 100_000) {
    throw new NetstackError({ what: `Number of replicas of ${where} is ${shorten(replicas)}`, scope: owner, fix: 'give a whole number from 0' });
  }
  return {
    version,
    objectName,
    selector,
    labels: { ...userLabels, ...selector },
    image: checkImage(own.image, `Image of ${where}`, owner),
    replicas,
    autoscaling: scale.autoscaling && checkAutoscaling(scale.autoscaling, where, owner),
    command: checkArguments(container.command, 'command', owner.name, owner),
    args: checkArguments(container.args, 'arguments', owner.name, owner),
    env: checkEnv(container.env, owner.namespace, owner.name, owner),
    resources: checkResources(container.resources, owner.name, owner),
    service: checkService(shared.service || {}, own.service, where, owner),
  };
}

function defined(version: WorkloadVersion): ContainerOptions {
  return Object.fromEntries(Object.entries(version).filter(([, value]) => value !== undefined));
}

function checkAutoscaling(options: AutoscalingOptions, where: string, scope: ErrorScope): AutoscalingState {
  requireOptions(options, { min: true, max: true, cpu: true }, `autoscaling of ${where}`, scope);
  const min = options.min ?? DEFAULT_REPLICAS;
  const { max } = options;
  if (!Number.isInteger(min) || !Number.isInteger(max) || min < 1 || max < min) {
    throw new NetstackError({ what: `Autoscaling of ${where} goes from ${shorten(min)} to ${shorten(max)} pods`, scope, fix: 'give whole numbers, min from 1 and max not below min' });
  }
  const cpu = options.cpu ?? DEFAULT_CPU_TARGET;
  if (!(cpu instanceof Percent) || !Number.isInteger(cpu.value) || cpu.value < 1) {
    throw new NetstackError({ what: `Autoscaling of ${where} aims at ${cpu instanceof Percent ? cpu : shorten(cpu)} of CPU`, scope, fix: 'give whole percent from 1, such as Percent.of(70)' });
  }
  return { min, max, cpu: cpu.value };
}

function checkService(shared: ServiceOptions, own: ServiceOptions = {}, where: string, owner: VersionsOwner): ServiceOptions {
  requireOptions(shared as WorkloadServiceOptions<Ports>, { ...SERVICE_OPTIONS, ports: true }, `the Service of workload ${owner.name}`, owner);
  requireOptions(own, SERVICE_OPTIONS, `the Service of ${where}`, owner);
  const service: ServiceOptions = { ...shared, ...own };
  const refuse = (what: string, fix: string): never => {
    throw new NetstackError({ what: `Service of ${where} ${what}`, scope: owner, fix });
  };
  if (service.type !== undefined && service.type !== 'ClusterIP' && service.type !== 'LoadBalancer') refuse(`has type ${shorten(service.type)}`, "give 'ClusterIP' or 'LoadBalancer'");
  if (service.type !== 'LoadBalancer') {
    for (const field of ['loadBalancerClass', 'externalTrafficPolicy'] as const) {
      if (service[field] !== undefined) refuse(`has ${field} and is no load balancer`, "set type: 'LoadBalancer', or leave it out");
    }
  }
  if (service.loadBalancerClass !== undefined) labelKey(service.loadBalancerClass, `Load balancer class of ${where}`, owner);
  if (service.externalTrafficPolicy !== undefined && service.externalTrafficPolicy !== 'Cluster' && service.externalTrafficPolicy !== 'Local') {
    refuse(`has externalTrafficPolicy ${shorten(service.externalTrafficPolicy)}`, "give 'Cluster' or 'Local'");
  }
  const distribution = service.trafficDistribution;
  if (distribution !== undefined) {
    if (!['PreferClose', 'PreferSameZone', 'PreferSameNode'].includes(distribution)) refuse(`has trafficDistribution ${shorten(distribution)}`, "give 'PreferClose', 'PreferSameZone' or 'PreferSameNode'");
    const { kubernetes } = owner.cluster.targets;
    if (distribution !== 'PreferClose' && !atLeast(kubernetes, '1.35')) refuse(`has trafficDistribution ${distribution}, which Kubernetes ${kubernetes} does not know`, "give 'PreferClose', or target Kubernetes 1.35");
  }
  return {
    ...service,
    labels: checkLabels({ ...checkLabels(shared.labels, `the Service of ${where}`, owner), ...checkLabels(own.labels, `the Service of ${where}`, owner) }, `the Service of ${where}`, owner, ['app', 'version']),
    annotations: checkAnnotations({ ...checkAnnotations(shared.annotations, `the Service of ${where}`, owner), ...checkAnnotations(own.annotations, `the Service of ${where}`, owner) }, `the Service of ${where}`, owner),
  };
}
