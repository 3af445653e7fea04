// Zero trust for a cluster: default deny, infrastructure allowed, and every policy of the CNI and of the mesh rendered from the one connection set.
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { Cidr } from '../core/cidr';
import { Cluster } from '../core/cluster';
import { Connections } from '../core/connections';
import { NetstackError, shorten } from '../core/errors';
import { Http } from '../core/http';
import { dnsLabel } from '../core/kubernetes-name';
import { workloadKey } from '../core/peer';
import type { IWorkload, IWorkloadPort } from '../core/peer';
import { Peer } from '../core/peers';
import type { ICni, IMesh, MeshStage, TokenIssuer } from '../core/policy';
import { Port } from '../core/port';
import { recordSource } from '../core/provenance';
import { Registry } from '../core/registry';
import { refuseSecrets } from '../core/secrets';
import { requireBoolean, requireList, requireOptions } from '../core/shape';
import { requireWorkload } from './require-workload';
import { ExternalWorkload } from '../workload/external-workload';
import { GuardedWorkloads } from './guarded-workloads';
import { checkTokenIssuers } from './token-issuers';

const CLUSTERS = Symbol.for('cdk8s-netstack.ZeroTrustMesh');
const MESH_OPTIONS: Readonly<Record<keyof ZeroTrustMeshProps, true>> = {
  cni: true, mesh: true, stage: true, exclude: true, namespaces: true, prometheus: true, dns: true, nodeLocalDns: true, deniedSources: true, jwt: true,
};
const STAGES: readonly MeshStage[] = ['observe', 'permissive', 'strict'];

/** Where NodeLocal DNSCache listens on every node unless it is told otherwise. */
export const NODE_LOCAL_DNS_ADDRESS = '169.254.20.10';

/** A workload or a namespace without policies, with the reason. */
export type MeshExclusion =
  | { readonly workload: IWorkload; readonly namespace?: undefined; readonly reason: string }
  | { readonly namespace: string | { readonly name: string }; readonly workload?: undefined; readonly reason: string };

export interface ZeroTrustMeshProps {
  /** The CNI that enforces network policies, such as `Cni.cilium()`. */
  readonly cni: ICni;
  /** The service mesh, such as `Mesh.istio()`. @default - none: the CNI checks requests, and nothing encrypts */
  readonly mesh?: IMesh;
  /** How far the cluster is. Go one stage at a time: `observe`, then `permissive` once every pod has its sidecar, then `strict`. */
  readonly stage: MeshStage;
  /** What gets no policies, with the reason. @default - nothing */
  readonly exclude?: readonly MeshExclusion[];
  /** The only namespaces to guard. @default - every namespace that has a workload of this app or that a Namespace construct makes, except those of the cluster itself */
  readonly namespaces?: ReadonlyArray<string | { readonly name: string }>;
  /** Who scrapes: it may reach every metrics port, on its path. @default - nobody */
  readonly prometheus?: IWorkload;
  /** The cluster's DNS server. @default - pods `k8s-app: kube-dns` in kube-system, on 53 */
  readonly dns?: IWorkload;
  /** Also allows NodeLocal DNSCache, in the host's network (169.254.20.10) and as pods (`k8s-app: node-local-dns`). @default true */
  readonly nodeLocalDns?: boolean;
  /** Clients that may not call anything over HTTP, by their own address as the trusted proxies in front report it. Needs a mesh. @default - none */
  readonly deniedSources?: ReadonlyArray<Cidr | string>;
  /** Whose tokens are trusted where a connection asks for one. Needs a mesh. @default - nobody's */
  readonly jwt?: readonly TokenIssuer[];
}

/**
 * Zero trust for all workloads of a cluster: what is not declared with `connections` is denied.
 *
 * ```ts
 * new ZeroTrustMesh(chart, 'mesh', { cni: Cni.cilium(), mesh: Mesh.istio(), stage: 'strict', prometheus });
 * ```
 */
export class ZeroTrustMesh extends Construct {
  readonly cluster: Cluster;
  readonly stage: MeshStage;
  private readonly guarded: GuardedWorkloads;

  /** @throws NetstackError for a second one in the cluster, an exclusion without a reason, an unknown stage, options that need a mesh without one */
  constructor(scope: Construct, id: string, props: ZeroTrustMeshProps) {
    super(scope, id);
    recordSource(this);
    this.cluster = Cluster.of(this);
    this.claimCluster();
    requireOptions(props, MESH_OPTIONS, 'the options of a ZeroTrustMesh', this);
    if (!STAGES.includes(props.stage)) {
      throw new NetstackError({ what: `Stage ${shorten(props.stage)} is unknown`, scope: this, fix: `give ${STAGES.map((stage) => `'${stage}'`).join(', ')}` });
    }
    if (typeof props.cni?.attach !== 'function') throw new NetstackError({ what: `cni ${shorten(props.cni)} is no CNI`, scope: this, fix: 'give such as Cni.cilium()' });
    if (props.mesh !== undefined && typeof props.mesh?.attach !== 'function') {
      throw new NetstackError({ what: `mesh ${shorten(props.mesh)} is no mesh`, scope: this, fix: 'give such as Mesh.istio(), or leave it out' });
    }
    this.stage = props.stage;
    const deniedSources = requireList(props.deniedSources, 'deniedSources', this).map((cidr) => Cidr.of(cidr)).sort((a, b) => a.compare(b));
    const tokenIssuers = checkTokenIssuers(requireList(props.jwt, 'jwt', this), this);
    if (!props.mesh && (deniedSources.length > 0 || tokenIssuers.length > 0)) {
      throw new NetstackError({
        what: `${deniedSources.length > 0 ? 'deniedSources' : 'jwt'} is given and there is no mesh to check requests`,
        scope: this,
        fix: 'give mesh: Mesh.istio(), or let the gateway check them',
      });
    }
    this.guarded = new GuardedWorkloads(this, {
      cluster: this.cluster, stage: props.stage, mesh: props.mesh, deniedSources, tokenIssuers,
      namespaces: this.checkNamespaces(props.namespaces),
      ...this.checkExclusions(requireList(props.exclude, 'exclude', this)),
    });
    // The mesh first: the CNI asks it what it encrypts.
    props.mesh?.attach(new Construct(this, 'mesh'), this.guarded);
    props.cni.attach(new Construct(this, 'cni'), this.guarded);
    const dns = props.dns === undefined ? this.findOrName('kube-dns', { 'k8s-app': 'kube-dns' }) : requireWorkload(props.dns, 'dns', this);
    this.allowDns(dns, requireBoolean(props.nodeLocalDns ?? true, 'nodeLocalDns', this));
    if (props.prometheus !== undefined) this.allowScrapes(requireWorkload(props.prometheus, 'prometheus', this));
  }

  /** Whether policies are made for this workload. */
  guards(workload: IWorkload): boolean {
    return this.guarded.guards(workload);
  }

  /**
   * An object that the mesh made, for patches: `mesh.resource('CiliumNetworkPolicy', 'order-service', 'order-system')`.
   *
   * @throws NetstackError when there is none; an object of a workload exists once the workload is declared
   */
  resource(kind: string, name: string, namespace?: string): ApiObject {
    const objects = this.node.findAll().filter((one): one is ApiObject => ApiObject.isApiObject(one));
    const found = objects.find((one) => one.kind === kind && one.name === name && (namespace === undefined || one.metadata.namespace === namespace));
    if (found) return found;
    const names = objects.filter((one) => one.kind === kind).map((one) => one.name).sort();
    throw new NetstackError({
      what: `There is no ${shorten(kind)} ${shorten(name)}${namespace === undefined ? '' : ` in ${shorten(namespace)}`}`,
      scope: this,
      fix: names.length > 0 ? `name one of ${[...new Set(names)].slice(0, 12).join(', ')}` : 'declare what it is made for first',
    });
  }

  private allowDns(dns: IWorkload, nodeLocal: boolean): void {
    const servers = nodeLocal ? [dns, this.findOrName('node-local-dns', { 'k8s-app': 'node-local-dns' })] : [dns];
    const ports = servers.flatMap((server) => Object.values(server.ports).filter(({ port }) => port.kind === 'udp' || port.kind === 'tcp') as IWorkloadPort[]);
    if (ports.length === 0) throw new NetstackError({ what: `DNS server ${dns.name} has no UDP or TCP port`, scope: this, fix: 'declare Port.udp(53) and Port.tcp(53)' });
    const address = Peer.cidr(`${NODE_LOCAL_DNS_ADDRESS}/32`);
    const own = new Set(servers.map(workloadKey));
    this.guarded.onWorkload((workload) => {
      if (own.has(workloadKey(workload))) return;
      const connections = new Connections(workload, this, 'dns');
      for (const port of ports) connections.allowTo(port);
      if (nodeLocal) for (const port of [Port.udp(53), Port.tcp(53)]) connections.allowTo(address.on(port));
    });
  }

  private allowScrapes(prometheus: IWorkload): void {
    this.guarded.onWorkload((workload) => {
      if (workload === prometheus) return;
      const connections = new Connections(workload, this, 'scrape');
      for (const port of Object.values(workload.ports)) {
        const { metrics } = port.port;
        // Inside TLS of the workload itself nobody on the way sees the path.
        if (metrics?.scheme === 'http') connections.allowFrom(prometheus, port, Http.get(metrics.path));
        else if (metrics) connections.allowFrom(prometheus, port);
      }
    });
  }

  /** A part of the cluster itself: what the program says of it, else what it is everywhere. */
  private findOrName(name: string, labels: Record<string, string>): IWorkload {
    const found = Registry.of(this).findWorkload(this.cluster, 'kube-system', name);
    return found ?? new ExternalWorkload(this, name, { namespace: 'kube-system', labels, serviceAccountName: name, ports: { 'dns': Port.udp(53), 'dns-tcp': Port.tcp(53) } });
  }

  private checkNamespaces(namespaces: ZeroTrustMeshProps['namespaces']): ReadonlySet<string> | undefined {
    if (namespaces === undefined) return undefined;
    if (!Array.isArray(namespaces) || namespaces.length === 0) {
      throw new NetstackError({ what: `namespaces ${shorten(namespaces)} names none`, scope: this, fix: 'name the namespaces to guard, or leave it out to guard all' });
    }
    return new Set(namespaces.map((one: string | { readonly name: string }) => this.namespaceName(one)));
  }

  private checkExclusions(exclusions: readonly MeshExclusion[]): { excludedNamespaces: Map<string, string>; excludedWorkloads: Map<string, string> } {
    const excludedNamespaces = new Map<string, string>();
    const excludedWorkloads = new Map<string, string>();
    for (const exclusion of exclusions) {
      requireOptions(exclusion, { workload: true, namespace: true, reason: true }, 'an exclusion', this);
      if (exclusion.workload !== undefined) requireWorkload(exclusion.workload, 'the workload of an exclusion', this);
      const what = exclusion.workload ? `workload ${exclusion.workload.name}` : `namespace ${this.namespaceName(exclusion.namespace!)}`;
      const reason = typeof exclusion.reason === 'string' ? exclusion.reason.trim() : '';
      if (reason.length < 10 || reason.length > 1000) {
        throw new NetstackError({ what: `The reason for excluding ${what} has ${reason.length} characters`, scope: this, fix: 'say in 10 to 1000 characters why it goes without policies' });
      }
      refuseSecrets(reason, `the reason for excluding ${what}`, this);
      if (exclusion.workload) excludedWorkloads.set(workloadKey(exclusion.workload), reason);
      else excludedNamespaces.set(this.namespaceName(exclusion.namespace!), reason);
    }
    return { excludedNamespaces, excludedWorkloads };
  }

  private namespaceName(given: string | { readonly name: string }): string {
    return dnsLabel(typeof given === 'object' && given !== null ? given.name : given, 'Namespace', this);
  }

  private claimCluster(): void {
    const holder = this.cluster as Cluster & { [CLUSTERS]?: ZeroTrustMesh };
    const first = holder[CLUSTERS];
    if (first) {
      throw new NetstackError({ what: `Cluster ${this.cluster.name} has a ZeroTrustMesh already, ${first.node.path}`, scope: this, fix: 'keep one; it guards every namespace' });
    }
    Object.defineProperty(holder, CLUSTERS, { value: this, enumerable: false });
  }
}
