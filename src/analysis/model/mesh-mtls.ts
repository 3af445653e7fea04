// Which mTLS a pod asks for at a port: the narrowest PeerAuthentication wins, UNSET takes its parent's (pilot/pkg/security/authn/policy_applier.go, ComposePeerAuthentication).
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import { each } from './each';
import type { Entry } from './entry';
import { labelsOf, record, text } from './fields';
import type { Mesh } from './mesh';
import { meshOf } from './mesh';
import { isStrictAtNode } from './mesh-mtls-nodes';
import { NamespacedSelectors } from './mesh-selectors';
import type { PodGroup } from './pods';

export type MtlsMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE' | 'unknown';

/** The mode at a port, and the field that says it. */
export interface EffectiveMtls {
  readonly mode: MtlsMode;
  /** Absent when nobody says anything. */
  readonly by?: Entry;
  readonly path: FieldPath;
  /** How far the deciding policy reaches. */
  readonly scope: 'default' | 'mesh' | 'namespace' | 'workload' | 'port';
}

/** Ports of the sidecar itself, which it does not ask for mTLS: health, merged metrics, its own metrics (istio.io "Ports used by Istio"). */
const OWN_PORTS: ReadonlySet<number> = new Set([15020, 15021, 15053, 15090]);

const UNKNOWN: EffectiveMtls = { mode: 'unknown', path: [], scope: 'default' };
/** What holds where no policy says anything. */
const SILENT: EffectiveMtls = { mode: 'PERMISSIVE', path: [], scope: 'default' };
const WHOLE: FieldPath = ['spec', 'mtls', 'mode'];

export class MtlsModes {
  /** Whether any policy says STRICT of anything. */
  get anyStrict(): boolean {
    return this.strict;
  }

  private strict: boolean = false;
  private readonly cluster: ClusterModel;
  private readonly mesh: Mesh;
  private readonly wide: Map<string, Entry[]> = new Map();
  private readonly selecting: NamespacedSelectors<Entry> = new NamespacedSelectors();
  /** Namespaces with a policy that cannot be read. */
  private readonly unread: Set<string> = new Set();
  private readonly workloadPolicies: Map<PodGroup, readonly Entry[]> = new Map();

  constructor(cluster: ClusterModel) {
    this.cluster = cluster;
    this.mesh = meshOf(cluster);
    each(cluster.everyObject('security.istio.io', 'PeerAuthentication'), learn, this);
  }

  /** Before anybody asks. */
  learn(entry: Entry): void {
    if (!entry.sound) {
      this.unread.add(entry.namespace);
      return;
    }
    this.strict ||= saysStrict(entry);
    const labels = labelsOf(record(entry.spec.selector).matchLabels);
    if (Object.keys(labels).length > 0) this.selecting.add(entry.namespace, labels, entry);
    else {
      const known = this.wide.get(entry.namespace);
      if (known) known.push(entry);
      else this.wide.set(entry.namespace, [entry]);
    }
  }

  /** The mode at a port of pods. */
  at(group: PodGroup, port: number): EffectiveMtls {
    const { rootNamespace } = this.mesh.config;
    if (this.unread.has(group.namespace) || this.unread.has(rootNamespace)) return UNKNOWN;
    let found = wide(this.wide.get(rootNamespace), 'mesh', SILENT);
    if (group.namespace === rootNamespace) return found;
    found = wide(this.wide.get(group.namespace), 'namespace', found);
    const policies = this.policiesFor(group);
    if (policies.length === 1) return ofWorkload(policies[0]!, port, found);
    // The oldest of several wins, and documents have no age.
    return policies.length === 0 ? found : agree(policies.map((policy) => ofWorkload(policy, port, found)));
  }

  /** The mode that the proxy of the node keeps at a port of ambient pods, which differs where ports have words of their own. */
  atNode(group: PodGroup, port: number): EffectiveMtls {
    const written = this.at(group, port);
    const { rootNamespace } = this.mesh.config;
    const pods = group.namespace === rootNamespace ? [] : this.policiesFor(group);
    const [ofMesh, ofNamespace] = [this.wide.get(rootNamespace), this.wide.get(group.namespace)];
    if (written.mode === 'unknown' || pods.length !== 1 || pods[0]!.spec.portLevelMtls === undefined || (ofMesh?.length ?? 0) > 1 || (ofNamespace?.length ?? 0) > 1) return written;
    const strict = isStrictAtNode(ofMesh?.[0], ofNamespace?.[0], pods[0], port);
    if (strict === (written.mode === 'STRICT')) return written;
    return strict ? wide(ofNamespace, 'namespace', wide(ofMesh, 'mesh', SILENT)) : { mode: 'PERMISSIVE', by: pods[0]!, path: ['spec', 'portLevelMtls'], scope: 'workload' };
  }

  /** The policy that makes pods of the mesh refuse callers without mTLS at a port, or undefined when they take them or nobody knows. */
  refusesPlainText(group: PodGroup, port: number): EffectiveMtls | undefined {
    if (!this.anyStrict) return undefined;
    const { membership } = this.mesh.memberOf(group);
    if (membership === 'outside' || membership === 'gateway') return undefined;
    const mode = membership === 'ambient' ? this.atNode(group, port) : this.at(group, port);
    if (mode.mode !== 'STRICT' || mode.by === undefined) return undefined;
    // Whose namespace nobody declares is in the mesh when a policy of that very namespace says STRICT.
    if (membership === 'unknown' && mode.scope === 'mesh') return undefined;
    if (membership !== 'ambient' && !this.captures(group, port)) return undefined;
    return mode;
  }

  /** Whether the sidecar stands before a port. */
  captures(group: PodGroup, port: number): boolean {
    if (OWN_PORTS.has(port)) return false;
    const { annotations } = group;
    if (portList(annotations['traffic.sidecar.istio.io/excludeInboundPorts']).includes(String(port))) return false;
    const include = annotations['traffic.sidecar.istio.io/includeInboundPorts'];
    if (include !== undefined && include.trim() !== '*' && !portList(include).includes(String(port))) return false;
    return !this.hasOwnListener(group);
  }

  /** A Sidecar with listeners of its own for these pods: their ports are its matter. */
  private hasOwnListener(group: PodGroup): boolean {
    return this.cluster.derive(sidecarsWithIngress).of(group.namespace, group.labels).length > 0;
  }

  private policiesFor(group: PodGroup): readonly Entry[] {
    let policies = this.workloadPolicies.get(group);
    if (!policies) {
      policies = this.selecting.of(group.namespace, group.labels);
      this.workloadPolicies.set(group, policies);
    }
    return policies;
  }
}

function learn(entry: Entry, modes: MtlsModes): void {
  modes.learn(entry);
}

function saysStrict({ spec }: Entry): boolean {
  if (record(spec.mtls).mode === 'STRICT') return true;
  const ports = record(spec.portLevelMtls);
  for (const port in ports) if (record(ports[port]).mode === 'STRICT') return true;
  return false;
}

function modeOf(mtls: unknown): string | undefined {
  const mode = text(record(mtls).mode);
  return mode === 'UNSET' ? undefined : mode;
}

function wide(policies: readonly Entry[] | undefined, scope: 'mesh' | 'namespace', parent: EffectiveMtls): EffectiveMtls {
  if (policies === undefined || policies.length === 0) return parent;
  return policies.length === 1 ? ofWhole(policies[0]!, scope, parent) : agree(policies.map((by) => ofWhole(by, scope, parent)));
}

function ofWhole(by: Entry, scope: EffectiveMtls['scope'], parent: EffectiveMtls): EffectiveMtls {
  const mode = modeOf(by.spec.mtls);
  return mode === undefined ? parent : { mode: mode as MtlsMode, by, path: WHOLE, scope };
}

function ofWorkload(by: Entry, port: number, parent: EffectiveMtls): EffectiveMtls {
  const { portLevelMtls } = by.spec;
  const atPort = portLevelMtls === undefined ? undefined : modeOf(record(portLevelMtls)[port]);
  if (atPort !== undefined) return { mode: atPort as MtlsMode, by, path: ['spec', 'portLevelMtls', String(port), 'mode'], scope: 'port' };
  return ofWhole(by, 'workload', parent);
}

function agree(answers: readonly EffectiveMtls[]): EffectiveMtls {
  const [first] = answers;
  return answers.every(({ mode }) => mode === first!.mode) ? first! : UNKNOWN;
}

function portList(ports: string | undefined): readonly string[] {
  return (ports ?? '').split(',').map((port) => port.trim());
}

function sidecarsWithIngress(cluster: ClusterModel): NamespacedSelectors<Entry> {
  const found = new NamespacedSelectors<Entry>();
  for (const sidecar of cluster.objects('networking.istio.io', 'Sidecar')) {
    if (Array.isArray(sidecar.spec.ingress) && sidecar.spec.ingress.length > 0) found.add(sidecar.namespace, labelsOf(record(sidecar.spec.workloadSelector).labels), sidecar);
  }
  return found;
}

function build(cluster: ClusterModel): MtlsModes {
  return new MtlsModes(cluster);
}

/** The mTLS modes of a cluster, derived once. */
export function mtlsOf(cluster: ClusterModel): MtlsModes {
  return cluster.derive(build);
}
