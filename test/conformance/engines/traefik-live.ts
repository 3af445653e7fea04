// A real Traefik that serves on loopback what its own Kubernetes providers make of documents. The documents come to it from a list of objects over HTTP, which is all that the
// providers ask of an API server: lists, and watches in which nothing happens.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { freePorts } from './envoy';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

/** A router as Traefik's API tells of it. */
export interface LiveRouter {
  readonly name: string;
  readonly provider: string;
  readonly rule: string;
  readonly status: 'enabled' | 'disabled' | 'warning';
  readonly error?: readonly string[];
}

export interface LiveTraefik {
  /** Where each entry point listens. */
  readonly ports: Readonly<Record<string, number>>;
  /** The routers of both providers. */
  readonly routers: readonly LiveRouter[];
  stop(): Promise<void>;
}

export interface LiveOptions {
  /** Names of entry points; those in `secure` end TLS for every router. */
  readonly entryPoints: readonly string[];
  readonly secure: readonly string[];
  /** Further arguments. */
  readonly args: readonly string[];
}

const SECONDS = 30;

/** The objects that say that a provider has read everything. */
const sentinels = (classes: Readonly<Record<'kubernetescrd' | 'kubernetesingress', string>>): readonly Json[] => [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'read', namespace: 'sentinel' }, spec: { clusterIP: '127.0.0.1', ports: [{ name: 'http', port: 80, targetPort: 80, protocol: 'TCP' }] } },
  {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', metadata: { name: 'read', namespace: 'sentinel', labels: { 'kubernetes.io/service-name': 'read' } },
    endpoints: [{ addresses: ['127.0.0.1'] }], ports: [{ name: 'http', port: 1, protocol: 'TCP' }],
  },
  {
    apiVersion: 'traefik.io/v1alpha1', kind: 'IngressRoute', metadata: { name: 'read', namespace: 'sentinel', annotations: { 'kubernetes.io/ingress.class': classes.kubernetescrd } },
    spec: { routes: [{ kind: 'Rule', match: 'Host(`sentinel.invalid`)', priority: 1, services: [{ name: 'read', port: 80 }] }] },
  },
  {
    apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'read', namespace: 'sentinel', annotations: { 'kubernetes.io/ingress.class': classes.kubernetesingress } },
    spec: { rules: [{ host: 'sentinel.invalid', http: { paths: [{ path: '/', pathType: 'Exact', backend: { service: { name: 'read', port: { number: 80 } } } }] } }] },
  },
];

/** Starts a Traefik, and waits until it has read everything. */
export async function startTraefik(program: string, documents: readonly Json[], { entryPoints, secure, args }: LiveOptions): Promise<LiveTraefik> {
  const classOf = (provider: string): string => /=(.*)$/.exec(args.find((one) => one.toLowerCase().startsWith(`--providers.${provider}.ingressclass=`)) ?? '')?.[1] ?? 'traefik';
  const api = await serveObjects([...documents, ...sentinels({ kubernetescrd: classOf('kubernetescrd'), kubernetesingress: classOf('kubernetesingress') })]);
  const [admin, ...own] = await freePorts(1 + entryPoints.length);
  const ports = Object.fromEntries(entryPoints.map((name, index) => [name, own[index]!]));
  const endpoint = `http://127.0.0.1:${(api.server.address() as AddressInfo).port}`;
  const child = spawn(program, [
    '--global.checknewversion=false', '--global.sendanonymoususage=false', '--log.level=ERROR', '--api.insecure=true', `--entrypoints.traefik.address=127.0.0.1:${admin!}`,
    ...entryPoints.map((name) => `--entrypoints.${name}.address=127.0.0.1:${ports[name]!}`), ...secure.map((name) => `--entrypoints.${name}.http.tls=true`),
    '--providers.providersthrottleduration=0s',
    ...['kubernetescrd', 'kubernetesingress'].flatMap((name) => [`--providers.${name}=true`, `--providers.${name}.endpoint=${endpoint}`, `--providers.${name}.token=none`]), ...args,
  ], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, HOME: '/nonexistent' } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => { said = (said + bytes.toString()).slice(-4000); });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    for (const socket of api.sockets) socket.destroy();
    await new Promise((resolve) => { api.server.close(resolve); });
  };
  const until = Date.now() + SECONDS * 1000;
  for (;;) {
    const routers = await fetch(`http://127.0.0.1:${admin!}/api/http/routers?per_page=10000`).then(async (answer) => (answer.ok ? await answer.json() as LiveRouter[] : []), () => []);
    const read = routers.filter(({ name }) => /^sentinel-read/.test(name)).map(({ provider }) => provider);
    if (new Set(read).size === 2) return { ports, routers: routers.filter(({ name }) => !name.startsWith('sentinel-read')), stop };
    if (Date.now() > until || child.exitCode !== null) {
      await stop();
      throw new Error(`Traefik did not start: ${said.trim() || 'it read no routers'}`);
    }
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

/** Lists of objects as an API server gives them. */
async function serveObjects(documents: readonly Json[]): Promise<{ readonly server: Server; readonly sockets: Set<Socket> }> {
  const lists = new Map<string, Json[]>();
  documents.forEach((document, index) => {
    const key = `${document.apiVersion as string} ${resourceOf(document.kind as string)}`;
    const list = lists.get(key) ?? [];
    list.push({ ...document, metadata: { ...document.metadata, uid: `u${index}`, resourceVersion: '1', creationTimestamp: document.metadata.creationTimestamp ?? '2026-01-01T00:00:00Z' } });
    lists.set(key, list);
  });
  const sockets = new Set<Socket>();
  const server = createServer((asked, answer) => {
    const { pathname, searchParams } = new URL(asked.url!, 'http://localhost');
    const [, group, version, resource] = /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/[^/]+)?\/([^/]+)$/.exec(pathname) ?? [];
    answer.setHeader('content-type', 'application/json');
    if (pathname === '/version') {
      answer.end(JSON.stringify({ major: '1', minor: '35', gitVersion: 'v1.35.0' }));
      return;
    }
    if (resource === undefined) {
      answer.statusCode = 404;
      answer.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 404, reason: 'NotFound' }));
      return;
    }
    const apiVersion = group === undefined ? version! : `${group}/${version!}`;
    const items = lists.get(`${apiVersion} ${resource}`) ?? [];
    if (searchParams.get('watch') !== null) {
      // Nothing ever happens: the watch stays open, after what there is when that is asked.
      answer.flushHeaders();
      if (searchParams.get('sendInitialEvents') !== 'true') return;
      for (const object of items) answer.write(`${JSON.stringify({ type: 'ADDED', object })}\n`);
      const kind = (items[0]?.kind as string | undefined) ?? kindOf(resource);
      answer.write(`${JSON.stringify({ type: 'BOOKMARK', object: { kind, apiVersion, metadata: { resourceVersion: '1', annotations: { 'k8s.io/initial-events-end': 'true' } } } })}\n`);
      return;
    }
    answer.end(JSON.stringify({ kind: `${(items[0]?.kind as string | undefined) ?? kindOf(resource)}List`, apiVersion, metadata: { resourceVersion: '1' }, items }));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(0, '127.0.0.1', () => resolve()); });
  return { server, sockets };
}

function resourceOf(kind: string): string {
  const lower = kind.toLowerCase();
  return lower.endsWith('s') ? `${lower}es` : `${lower}s`;
}

/** Of kinds of which there is no object. */
const KINDS: readonly string[] = [
  'Service', 'Secret', 'ConfigMap', 'Node', 'Namespace', 'EndpointSlice', 'Ingress', 'IngressClass', 'IngressRoute', 'IngressRouteTCP', 'IngressRouteUDP', 'Middleware', 'MiddlewareTCP',
  'TraefikService', 'TLSOption', 'TLSStore', 'ServersTransport', 'ServersTransportTCP',
];

function kindOf(resource: string): string {
  return KINDS.find((kind) => resourceOf(kind) === resource) ?? 'Object';
}
