// Who is in Istio's mesh: pods with a sidecar, pods of an ambient namespace, Istio's own gateways, and who is outside.
// Injection as the webhooks of istiod choose it (mutatingwebhook.yaml of its chart) and as the injector then decides (pkg/kube/inject/inject.go).
import type { ClusterModel } from './cluster-model';
import { each, some } from './each';
import type { Fields, Labels } from './fields';
import { list, record, text } from './fields';
import type { MeshConfig } from './mesh-config';
import { meshConfigOf } from './mesh-config';
import type { PodGroup } from './pods';

/** `gateway`: a proxy of Istio's own. `unknown`: the documents do not say. */
export type Membership = 'sidecar' | 'ambient' | 'gateway' | 'outside' | 'unknown';

/** Whether pods are in the mesh, and why not. */
export interface Member {
  readonly membership: Membership;
  /** Of pods outside: what keeps them there, to follow "because". */
  readonly reason?: string;
}

const SIDECAR: Member = { membership: 'sidecar' };
const AMBIENT: Member = { membership: 'ambient' };
const GATEWAY: Member = { membership: 'gateway' };
const UNKNOWN: Member = { membership: 'unknown' };

export const INJECT = 'sidecar.istio.io/inject';
export const DATAPLANE_MODE = 'istio.io/dataplane-mode';
const REVISION = 'istio.io/rev';
const INJECTION = 'istio-injection';

/** Namespaces that the injector passes over (pkg/kube/inject: IgnoredNamespaces). */
export const NEVER_INJECTED: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

/** What a namespace asks for. */
type NamespaceMode = 'inject' | 'disabled' | 'ambient' | 'none' | 'unknown';

export class Mesh {
  readonly config: MeshConfig;
  private readonly cluster: ClusterModel;
  private readonly known: Map<PodGroup, Member> = new Map();
  /** Pods that say nothing themselves, by what their namespace asks for, and its name. */
  private readonly plain: Readonly<Record<NamespaceMode, Map<string, Member>>> = {
    inject: new Map(), disabled: new Map(), ambient: new Map(), none: new Map(), unknown: new Map(),
  };
  private readonly byDefault: boolean;
  private outside: boolean | undefined;
  private inAmbient: readonly PodGroup[] | undefined;

  constructor(cluster: ClusterModel) {
    this.cluster = cluster;
    this.config = meshConfigOf(cluster);
    // With sidecarInjectorWebhook.enableNamespacesByDefault one more webhook is there.
    this.byDefault = cluster.objects('admissionregistration.k8s.io', 'MutatingWebhookConfiguration')
      .some((one) => list(one.object.webhooks).some((webhook) => record(webhook).name === 'auto.sidecar-injector.istio.io'));
  }

  /** Whether the pods of a template are in the mesh. */
  memberOf(group: PodGroup): Member {
    let member = this.known.get(group);
    if (!member) this.known.set(group, (member = this.decide(group)));
    return member;
  }

  /** Nothing is remembered: whether the mesh is there at all is asked of pods that nobody asks again. */
  has(group: PodGroup): boolean {
    return IN_MESH.has((this.known.get(group) ?? this.decide(group)).membership);
  }

  /** Whether any pods of the documents are outside. */
  get anyOutside(): boolean {
    return (this.outside ??= some(this.cluster.pods, isOutsideOf, this));
  }

  /** The pods of the documents that are in ambient mode. */
  get ambient(): readonly PodGroup[] {
    return (this.inAmbient ??= ambientOf(this.cluster.pods, this));
  }

  isOutside(group: PodGroup): boolean {
    return this.memberOf(group).membership === 'outside';
  }

  /** Whether pods with these labels, of which no template is known, join the mesh. A namespace that nobody declares has no labels: the documents are the whole of the cluster. */
  memberByLabels(namespace: string, labels: Labels): Member {
    const mode = this.namespaceMode(namespace);
    if (mode === 'unknown' && this.cluster.open) return UNKNOWN;
    return this.fromLabels(namespace, mode === 'unknown' ? 'none' : mode, labels, {});
  }

  /** Whether the injector fills in a template, whatever containers it has already. */
  injectionOf(group: PodGroup): Member {
    return group.hostNetwork ? { membership: 'outside', reason: 'its pods use the host network' } : this.fromLabels(group.namespace, this.namespaceMode(group.namespace), group.labels, group.annotations);
  }

  /** What the labels of a namespace ask for; `unknown` when no object and no model says them. */
  namespaceMode(name: string): NamespaceMode {
    if (NEVER_INJECTED.has(name)) return 'disabled';
    const view = this.cluster.namespace(name);
    if (!view?.declared) return 'unknown';
    const { labels } = view;
    if (labels[INJECTION] === 'enabled') return 'inject';
    if (labels[INJECTION] !== undefined) return labels[DATAPLANE_MODE] === 'ambient' ? 'ambient' : 'disabled';
    if (text(labels[REVISION]) !== undefined) return 'inject';
    if (labels[DATAPLANE_MODE] === 'ambient') return 'ambient';
    return this.byDefault ? 'inject' : 'none';
  }

  private decide(group: PodGroup): Member {
    const proxy = proxyIn(group.spec.containers) ?? proxyIn(group.spec.initContainers);
    if (isIstioGateway(group) || list(proxy?.args).includes('router')) return GATEWAY;
    if (proxy !== undefined && text(proxy.image) !== undefined && proxy.image !== 'auto') return SIDECAR;
    // A proxyless workload speaks mTLS itself; other templates may be anything.
    if (group.annotations['inject.istio.io/templates'] !== undefined && !group.annotations['inject.istio.io/templates'].split(',').includes('sidecar')) return UNKNOWN;
    if (group.hostNetwork) return { membership: 'outside', reason: 'its pods use the host network' };
    const mode = this.namespaceMode(group.namespace);
    return this.fromLabels(group.namespace, mode, group.labels, group.annotations);
  }

  private fromLabels(namespace: string, mode: NamespaceMode, labels: Labels, annotations: Labels): Member {
    if ((labels[INJECT] ?? annotations[INJECT] ?? labels[REVISION] ?? labels[DATAPLANE_MODE]) !== undefined) return this.decideBy(namespace, mode, labels, annotations);
    // Most pods say nothing themselves.
    const plain = this.plain[mode];
    let member = plain.get(namespace);
    if (!member) plain.set(namespace, (member = this.decideBy(namespace, mode, labels, annotations)));
    return member;
  }

  private decideBy(namespace: string, mode: NamespaceMode, labels: Labels, annotations: Labels): Member {
    const injected = this.injection(namespace, mode, labels, annotations);
    if (injected === true) return SIDECAR;
    const dataplane = labels[DATAPLANE_MODE];
    if (dataplane === 'ambient' || mode === 'ambient' && dataplane !== 'none') return NEVER_INJECTED.has(namespace) ? UNKNOWN : AMBIENT;
    if (injected === undefined) return UNKNOWN;
    return { membership: 'outside', reason: dataplane === 'none' && mode === 'ambient' ? `its pods carry ${DATAPLANE_MODE}=none` : injected };
  }

  /** True for a sidecar, the reason why not, or undefined when it cannot be known. */
  private injection(namespace: string, mode: NamespaceMode, labels: Labels, annotations: Labels): true | string | undefined {
    if (labels[INJECT] === 'false') return `its pods carry the label ${INJECT}=false`;
    // The label is the newer way and wins over the annotation.
    if (labels[INJECT] === undefined && annotations[INJECT] === 'false') return `its pods carry the annotation ${INJECT}=false`;
    if (mode === 'inject') return true;
    if (mode === 'disabled') return NEVER_INJECTED.has(namespace) ? `nothing is injected in namespace ${namespace}` : `injection is switched off in namespace ${namespace}`;
    if (labels[INJECT] === 'true' || text(labels[REVISION]) !== undefined) return true;
    if (mode === 'unknown') return undefined;
    return `namespace ${namespace} is not labelled for injection`;
  }
}

function isOutsideOf(group: PodGroup, mesh: Mesh): boolean {
  return mesh.isOutside(group);
}

function ambientOf(pods: readonly PodGroup[], mesh: Mesh): readonly PodGroup[] {
  const ambient: PodGroup[] = [];
  each(pods, addAmbient, mesh, ambient);
  return ambient;
}

function addAmbient(group: PodGroup, mesh: Mesh, ambient: PodGroup[]): void {
  if (mesh.memberOf(group).membership === 'ambient') ambient.push(group);
}

const IN_MESH: ReadonlySet<Membership> = new Set(['sidecar', 'ambient', 'gateway']);

/** Pods of Istio's own gateways and waypoints, by the template they ask for or by the labels that istiod writes. */
export function isIstioGateway({ labels, annotations }: Pick<PodGroup, 'labels' | 'annotations'>): boolean {
  return labels['gateway.istio.io/managed'] !== undefined || annotations['inject.istio.io/templates']?.split(',').includes('gateway') === true;
}

function proxyIn(containers: unknown): Fields | undefined {
  return list(containers).find(isProxy);
}

function isProxy(container: unknown): boolean {
  return record(container).name === 'istio-proxy';
}

function build(cluster: ClusterModel): Mesh {
  return new Mesh(cluster);
}

/** The mesh of a cluster, derived once. */
export function meshOf(cluster: ClusterModel): Mesh {
  return cluster.derive(build);
}
