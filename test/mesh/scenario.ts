// The mesh part of the order platform, small enough to read in a snapshot.
import { ApiObject } from 'cdk8s';
import type { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { NetworkApp } from '../../src/app/network-app';
import { NetworkChart } from '../../src/app/network-chart';
import { Cni } from '../../src/cni';
import { Cluster, Http, Path, Peer, Port } from '../../src/core';
import type { MeshStage, Targets } from '../../src/core';
import { Mesh, ZeroTrustMesh } from '../../src/mesh';
import type { IstioOptions, ZeroTrustMeshProps } from '../../src/mesh';
import { Namespace, Workload } from '../../src/workload';
import type { ExternalWorkload } from '../../src/workload';

export interface Document {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly spec: any;
}

export const OLDER: Targets = { kubernetes: '1.32', istio: '1.24', cilium: '1.17' };
export const NEWER: Targets = { kubernetes: '1.35', istio: '1.30', cilium: '1.20' };
export const ISSUER = 'https://id.example.com';

export function newChart(targets: Targets = OLDER, namespace = 'order-system'): NetworkChart {
  const app = new NetworkApp();
  const cluster = new Cluster(app, 'beijing', { targets, podCidrs: ['10.244.0.0/16'], serviceCidrs: ['10.96.0.0/16'] });
  return new NetworkChart(app, 'chart', { cluster, namespace });
}

export const images = (version = '1'): { readonly image: string } => ({ image: `registry.example.com/app:${version}` });

/** The workloads of the scenario. */
export interface Scenario {
  readonly orders: Workload<{ http: Port; metrics: Port }, 'stable' | 'canary' | 'shadow'>;
  readonly frontend: Workload<{ http: Port }>;
  readonly admin: Workload<{ http: Port }>;
  readonly postgres: ExternalWorkload<{ sql: Port }>;
  readonly gateway: ExternalWorkload<{ https: Port }>;
  readonly prometheus: ExternalWorkload<{ http: Port }>;
}

export function workloads(chart: NetworkChart): Scenario {
  const orders = new Workload(chart, 'order-service', {
    labels: { tier: 'backend' },
    ports: { http: Port.http(8080), metrics: Port.metrics(9090) },
    versions: { stable: { ...images(), label: 'v1' }, canary: { ...images('2'), label: 'v2-canary' }, shadow: { ...images('2'), label: 'v2-shadow' } },
  });
  const frontend = new Workload(chart, 'order-frontend', { ...images(), ports: { http: Port.http(8080) } });
  const admin = new Workload(chart, 'order-admin', { ...images(), ports: { http: Port.http(8080) } });
  const postgres = Workload.external(chart, 'postgres', { labels: { app: 'postgres', tier: 'database' }, ports: { sql: Port.tcp(5432) }, serviceAccountName: 'postgres' });
  const gateway = Workload.external(chart, 'order-gateway', {
    namespace: 'envoy-gateway-system', serviceAccountName: 'envoy-order-system-order-gateway', ports: { https: Port.https(10443) }, service: false,
    labels: { 'app.kubernetes.io/name': 'envoy', 'gateway.envoyproxy.io/owning-gateway-name': 'order-gateway', 'gateway.envoyproxy.io/owning-gateway-namespace': 'order-system' },
  });
  const prometheus = Workload.external(chart, 'prometheus', { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' }, ports: { http: Port.http(9090) }, serviceAccountName: 'prometheus' });
  return { orders, frontend, admin, postgres, gateway, prometheus };
}

/** Who talks to whom. */
export function connect({ orders, frontend, admin, postgres, gateway }: Scenario): void {
  const paths = [Path.prefix('/api/v1/orders'), Path.exact('/health')];
  orders.connections.allowFrom(gateway, orders.ports.http, Http.methods(['GET', 'POST'], paths).withHeader('x-api-version', ['v1', 'v2']));
  orders.connections.allowFrom(frontend, orders.ports.http, Http.methods(['GET', 'POST'], paths).withHeader('x-api-version', ['v1', 'v2']));
  orders.connections.allowFrom(admin, orders.ports.http, Http.methods(['DELETE', 'PUT'], Path.prefix('/api/v1/orders')).withJwt({ issuer: ISSUER, claims: { role: ['admin', 'operator'] } }));
  orders.connections.allowTo(postgres.ports.sql);
  orders.connections.allowTo(Peer.fqdn('*.payment-gateway.com', Port.https(443)));
  orders.connections.allowTo(Peer.fqdn('kafka.internal.example.com', Port.tcp(9092)));
  admin.connections.allowTo(Peer.kubeApiServer);
}

export function meshProps(stage: MeshStage, { gateway, prometheus, orders }: Scenario, istio: IstioOptions = {}): ZeroTrustMeshProps {
  return {
    cni: Cni.cilium(),
    mesh: Mesh.istio({ members: [gateway], traffic: [{ workload: orders }], ...istio }),
    stage,
    prometheus,
    deniedSources: ['10.47.47.0/24'],
    jwt: [{ issuer: ISSUER, jwksUri: 'https://id.example.com/.well-known/jwks.json', claimHeaders: { 'x-user-id': 'sub' } }],
  };
}

/** The whole scenario, declared in the usual order. */
export function scenario(stage: MeshStage = 'strict', targets: Targets = OLDER, istio: IstioOptions = {}): { chart: NetworkChart; parts: Scenario; mesh: ZeroTrustMesh } {
  const chart = newChart(targets);
  new Namespace(chart, 'order-system');
  const parts = workloads(chart);
  connect(parts);
  const mesh = new ZeroTrustMesh(chart, 'mesh', meshProps(stage, parts, istio));
  return { chart, parts, mesh };
}

/** Every document as it is printed, whether validation would let it be or not. */
export function documents(chart: Chart): Document[] {
  return chart.node.findAll().filter((one): one is ApiObject => ApiObject.isApiObject(one)).map((one) => one.toJson() as Document);
}

/** The one document of that kind and name. */
export function find(chart: Chart, kind: string, name: string, namespace?: string): Document {
  const found = documents(chart).filter((one) => one.kind === kind && one.metadata.name === name && (namespace === undefined || one.metadata.namespace === namespace));
  if (found.length !== 1) throw new Error(`${found.length} documents ${kind} ${name}`);
  return found[0]!;
}

/** Documents of the policies only, by identity, as texts. */
export function policies(chart: Chart): ReadonlyMap<string, string> {
  return new Map(documents(chart).filter((one) => /cilium|istio/.test(one.apiVersion)).map((one) => [`${one.kind} ${one.metadata.namespace ?? ''}/${one.metadata.name}`, JSON.stringify(one)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What validation says, as synth would. */
export function validate(root: IConstruct): string[] {
  return root.node.root.node.findAll().flatMap((one) => one.node.validate());
}
