// Istio in sidecar mode: mTLS, authorization and traffic from the connection set.
import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { NetworkObject } from '../../app/network-object';
import type { Cluster } from '../../core/cluster';
import { Connections } from '../../core/connections';
import { NetstackError, shorten } from '../../core/errors';
import { dnsLabel } from '../../core/kubernetes-name';
import { workloadKey } from '../../core/peer';
import type { IWorkload } from '../../core/peer';
import { Peer } from '../../core/peers';
import type { IMesh, IPodMetadataTaker, PolicyContext } from '../../core/policy';
import { Port } from '../../core/port';
import { Registry } from '../../core/registry';
import { refuseSecrets } from '../../core/secrets';
import { requireList, requireOptions } from '../../core/shape';
import { WorkloadPort } from '../../core/workload-port';
import { ExternalWorkload } from '../../workload/external-workload';
import { requireWorkload } from '../require-workload';
import { renderAllowEverything, renderAllowNothing, renderAuthorizationPolicy } from './authorization';
import { checkMember, checkWorkload } from './check';
import { CONTROL_PLANE_PORT, PROBE_PORTS } from './defaults';
import { memberPodMetadata, memberPorts, renderMemberSidecar, renderPodsEntry, renderPodsRule } from './member';
import { Membership, memberWorkloads } from './membership';
import type { IstioOptions, IstioTraffic } from './options';
import { permissivePorts, renderNamespaceMtls, renderWorkloadMtls } from './peer-authentication';
import { issuersOf, renderRequestAuthentication } from './request-authentication';
import { checkTraffic, hasService, renderDestinationRule, renderVirtualService, serviceHost } from './traffic';

/** A policy with this annotation decides nothing, and counts what it would have decided. */
const DRY_RUN = { 'istio.io/dry-run': 'true' };

/** Istio, as `Mesh.istio()` makes it. */
export class Istio implements IMesh {
  readonly name: string = 'istio';
  private readonly options: IstioOptions;
  private readonly members: Map<Cluster, Membership> = new Map();

  constructor(options: IstioOptions) {
    this.options = requireOptions(options, { mode: true, revision: true, controlPlane: true, members: true, outside: true, plainText: true, traffic: true }, 'the options of Istio');
    if (options.mode !== undefined && options.mode !== 'sidecar') throw new NetstackError({ what: `Mode ${shorten(options.mode)} of Istio is not supported`, fix: "give 'sidecar'" });
    if (options.revision !== undefined) dnsLabel(options.revision, 'The revision of Istio');
    memberWorkloads(options.members);
    for (const workload of requireList(options.outside, 'outside')) requireWorkload(workload, 'a workload outside the mesh');
    for (const { workload } of requireList(options.traffic, 'traffic')) requireWorkload(workload, 'the workload of traffic');
    for (const { port, reason } of requireList(options.plainText, 'plainText')) {
      requireWorkload(port?.workload, 'the workload of a plain text port');
      const text = typeof reason === 'string' ? reason.trim() : '';
      if (text.length < 10 || text.length > 1000) {
        throw new NetstackError({ what: `The reason for plain text on port ${port.name} of ${port.workload.name} has ${text.length} characters`, fix: 'say in 10 to 1000 characters which client has no sidecar, and why' });
      }
      refuseSecrets(text, 'the reason for plain text');
    }
  }

  encrypts(workload: IWorkload): boolean {
    return this.members.get(workload.cluster)?.has(workload) ?? false;
  }

  attach(scope: Construct, context: PolicyContext): void {
    const members = new Membership(context, this.options);
    this.members.set(context.cluster, members);
    new IstioCluster(scope, context, members, this.options).attach();
  }
}

/** The objects of one cluster. */
class IstioCluster {
  private readonly scope: Construct;
  private readonly context: PolicyContext;
  private readonly members: Membership;
  private readonly options: IstioOptions;
  private readonly registry: Registry;
  private readonly strict: boolean;
  private readonly id: string;
  private readonly workloads: IWorkload[] = [];
  private readonly withTokens: Set<string> = new Set();
  private readonly traffic: ReadonlyMap<string, IstioTraffic>;

  constructor(scope: Construct, context: PolicyContext, members: Membership, options: IstioOptions) {
    this.scope = scope;
    this.context = context;
    this.members = members;
    this.options = options;
    this.registry = Registry.of(scope);
    this.strict = context.stage === 'strict';
    this.id = scope.node.scope!.node.id;
    const traffic = new Map<string, IstioTraffic>();
    for (const one of options.traffic ?? []) {
      const key = workloadKey(one.workload);
      if (one.workload.cluster !== context.cluster) continue;
      if (traffic.has(key)) throw new NetstackError({ what: `Traffic of workload ${one.workload.name} is given twice`, scope, fix: 'give it once' });
      checkTraffic(one.workload, one, scope);
      traffic.set(key, one);
    }
    this.traffic = traffic;
  }

  /** Makes what there is to make, and stays for what comes. */
  attach(): void {
    const { context } = this;
    context.onNamespace((namespace) => this.addNamespace(namespace));
    const controlPlane = this.controlPlane();
    context.onWorkload((workload) => {
      this.workloads.push(workload);
      this.connect(workload, controlPlane);
      this.addWorkload(workload);
      if (this.strict && this.registry.edgesOf(workload).ingress.some((edge) => edge.http.some((http) => http.jwt))) this.addTokens(workload);
    });
    context.onExcluded((workload, reason) => this.addExcluded(workload, reason));
    for (const member of memberWorkloads(this.options.members)) if (member.cluster === context.cluster) this.addMember(member, controlPlane);
    if (this.strict) {
      this.registry.onEdge((edge) => {
        if (edge.to.kind === 'workload' && edge.http.some((http) => http.jwt)) this.addTokens(edge.to.workload);
      });
    }
    this.scope.node.addValidation({ validate: () => this.check() });
  }

  private addNamespace(namespace: string): void {
    const { revision } = this.options;
    this.registry.labelNamespace(this.context.cluster, namespace, revision === undefined ? { 'istio-injection': 'enabled' } : { 'istio.io/rev': revision }, this.scope);
    const at = this.place('namespaces', namespace);
    this.object(at, 'mtls', 'security.istio.io/v1', 'PeerAuthentication', `${this.id}-mtls`, namespace, () => renderNamespaceMtls(this.context.stage));
    this.object(at, 'allow-nothing', 'security.istio.io/v1', 'AuthorizationPolicy', `${this.id}-allow-nothing`, namespace, renderAllowNothing, this.dryRun());
  }

  private addWorkload(workload: IWorkload): void {
    const at = this.place('workloads', workload.namespace, workload.name);
    const { name, namespace, labels } = workload;
    const { trustDomain } = this.context.cluster;
    const ingress = () => this.registry.edgesOf(workload).ingress;
    this.object(at, 'Resource', 'security.istio.io/v1', 'AuthorizationPolicy', name, namespace, () => renderAuthorizationPolicy({
      labels, ingress: ingress(), trustDomain, deniedSources: this.context.deniedSources,
      isMember: (one) => this.members.has(one), isMemberNamespace: (one) => this.members.hasNamespace(one),
    }), this.dryRun());
    const mayBePlain = this.members.plainTextPorts(workload).size > 0 || Object.values(workload.ports).some(({ port }) => port.isMetrics);
    if (this.strict && mayBePlain) {
      const produce = (): object => renderWorkloadMtls(labels, permissivePorts(workload, ingress(), this.members));
      this.object(at, 'mtls', 'security.istio.io/v1', 'PeerAuthentication', name, namespace, produce);
    }
    this.addTraffic(at, workload);
  }

  private addTraffic(at: Construct, workload: IWorkload): void {
    if (!hasService(workload)) return;
    const traffic = this.traffic.get(workloadKey(workload));
    // Whether somebody else's pods have their sidecar yet is not known here; proxies find out by themselves.
    const mutualTls = this.strict && !workload.external && this.members.has(workload);
    const main = workload.serviceName();
    const services = new Map<string, string | undefined>([[main, undefined]]);
    for (const version of workload.versions) services.set(workload.serviceName(version), version);
    for (const [service, version] of services) {
      const own = version === undefined ? {} : traffic?.versions?.[version] ?? {};
      const rule = renderDestinationRule(serviceHost(workload, version), traffic ?? {}, own, mutualTls);
      if (rule) this.object(at, service === main ? 'destination' : `destination-${version}`, 'networking.istio.io/v1', 'DestinationRule', service, workload.namespace, () => rule);
    }
    if (traffic) this.object(at, 'routes', 'networking.istio.io/v1', 'VirtualService', workload.name, workload.namespace, () => renderVirtualService(workload, traffic));
  }

  /** Once somebody asks for a token. Refusing a bad one is denying, for which Istio has no dry run: so at `strict` only. */
  private addTokens(workload: IWorkload): void {
    const key = workloadKey(workload);
    if (this.withTokens.has(key) || !this.context.guards(workload)) return;
    this.withTokens.add(key);
    const at = this.place('workloads', workload.namespace, workload.name);
    this.object(at, 'tokens', 'security.istio.io/v1', 'RequestAuthentication', workload.name, workload.namespace, () => {
      const wanted = issuersOf(this.registry.edgesOf(workload).ingress);
      return renderRequestAuthentication(workload.labels, this.context.tokenIssuers.filter(({ issuer }) => wanted.includes(issuer)));
    });
  }

  private addExcluded(workload: IWorkload, reason: string): void {
    const at = this.place('workloads', workload.namespace, workload.name);
    const { name, namespace, labels } = workload;
    const annotations = { 'netstack.dev/reason': reason };
    this.object(at, 'Resource', 'security.istio.io/v1', 'AuthorizationPolicy', name, namespace, () => renderAllowEverything(labels), annotations);
    const mtls = { selector: { matchLabels: { ...labels } }, mtls: { mode: 'PERMISSIVE' } };
    this.object(at, 'mtls', 'security.istio.io/v1', 'PeerAuthentication', name, namespace, () => mtls, annotations);
  }

  private addMember(member: IWorkload, controlPlane: IWorkload): void {
    const { podCidrs } = this.context.cluster;
    if (podCidrs.length === 0) {
      throw new NetstackError({
        what: `Member ${member.namespace}/${member.name} joins the mesh, and the addresses of the pods of cluster ${this.context.cluster.name} are unknown`,
        scope: this.scope,
        fix: "give new Cluster(app, id, { podCidrs: ['10.244.0.0/16'] })",
      });
    }
    (member as Partial<IPodMetadataTaker>).addPodMetadata?.(memberPodMetadata(this.options.revision), this.scope);
    new Connections(member, this.scope, 'control-plane').allowTo(Object.values(controlPlane.ports)[0]!);
    // Until then pods may be without their sidecar, and plain text is taken from the member.
    if (this.context.stage === 'observe') return;
    const at = this.place('members', member.namespace, member.name);
    const name = `${this.id}-${member.name}`;
    const ports = (): readonly number[] => memberPorts(this.registry.edgesOf(member).egress, (one) => this.members.has(one));
    this.object(at, 'Resource', 'networking.istio.io/v1', 'Sidecar', name, member.namespace, () => renderMemberSidecar(member.labels));
    this.object(at, 'pods', 'networking.istio.io/v1', 'ServiceEntry', name, member.namespace, () => renderPodsEntry(podCidrs, ports()));
    this.object(at, 'pods-mtls', 'networking.istio.io/v1', 'DestinationRule', name, member.namespace, renderPodsRule);
  }

  /** What the sidecar itself needs: its configuration and certificate, and the kubelet's questions. */
  private connect(workload: IWorkload, controlPlane: IWorkload): void {
    if (!this.members.has(workload) || workloadKey(workload) === workloadKey(controlPlane)) return;
    new Connections(workload, this.scope, 'control-plane').allowTo(Object.values(controlPlane.ports)[0]!);
    const probed = new Connections(workload, this.scope, 'probe');
    for (const port of PROBE_PORTS) probed.allowFrom(Peer.nodes, new WorkloadPort(`sidecar-${port}`, Port.http(port), workload));
  }

  private controlPlane(): IWorkload {
    const given = this.options.controlPlane ?? this.registry.findWorkload(this.context.cluster, 'istio-system', 'istiod');
    if (given && Object.keys(given.ports).length === 0) throw new NetstackError({ what: `Control plane ${given.name} has no port`, scope: this.scope, fix: `declare Port.tcp(${CONTROL_PLANE_PORT})` });
    return given ?? new ExternalWorkload(this.scope, 'istiod', {
      namespace: 'istio-system', labels: { app: 'istiod' }, serviceAccountName: 'istiod', ports: { xds: Port.tcp(CONTROL_PLANE_PORT) },
    });
  }

  private check(): string[] {
    const found = this.workloads.filter((workload) => this.members.has(workload))
      .flatMap((workload) => checkWorkload(workload, this.registry.edgesOf(workload).ingress, this.members));
    const members = memberWorkloads(this.options.members).filter((member) => member.cluster === this.context.cluster);
    return [...found, ...members.flatMap((member) => checkMember(member, this.registry.edgesOf(member).egress, this.members))].sort();
  }

  /** The construct of that path, made the first time. */
  private place(...path: readonly string[]): Construct {
    return path.reduce<Construct>((at, id) => at.node.tryFindChild(id) as Construct | undefined ?? new Construct(at, id), this.scope);
  }

  private dryRun(): Record<string, string> | undefined {
    return this.strict ? undefined : DRY_RUN;
  }

  private object(
    at: Construct, id: string, apiVersion: string, kind: string, name: string, namespace: string, produce: () => unknown, annotations?: Record<string, string>,
  ): void {
    new NetworkObject(at, id, { apiVersion, kind, metadata: { name, namespace, ...annotations && { annotations } }, spec: Lazy.any({ produce }) as object });
  }
}

