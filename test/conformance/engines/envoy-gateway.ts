// Envoy Gateway's own translator (egctl 1.9.0) reads Gateway API documents and says what it makes of them. Speaks for envoy-gateway 1.9; documents of line
// 1.2.8 are judged as far as 1.9 understands them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { buildGo, goBinary, inFolder, lastLines, run } from '../cache';
import type { Engine, EngineFile, Verdict } from '../engine';

export const EGCTL_VERSION = '1.9.0';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

/** One condition of one object, as the controller would write it into the status. */
export interface Condition {
  readonly kind: string;
  readonly name: string;
  /** Listener or parent that the condition is about. */
  readonly part: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export interface Translation {
  /** What the translator was given. */
  readonly documents: readonly Json[];
  readonly conditions: readonly Condition[];
  /** Conditions that keep an object from doing its work. */
  readonly refused: readonly Condition[];
  /** Configuration dump of each gateway by `namespace/name`. */
  readonly xds: Readonly<Record<string, Json>>;
}

const EGCTL = { name: 'egctl', module: 'github.com/envoyproxy/gateway', version: `v${EGCTL_VERSION}`, package: 'github.com/envoyproxy/gateway/cmd/egctl' };

/** The translator, when it is in the cache. */
export function egctl(): string | undefined {
  const path = goBinary(EGCTL);
  return existsSync(path) ? path : undefined;
}

/** Kinds that the translator reads; of the others it would complain. */
const READ: ReadonlySet<string> = new Set([
  'Namespace', 'Service', 'Secret', 'ConfigMap', 'EndpointSlice', 'GatewayClass', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'ReferenceGrant', 'EnvoyProxy', 'Backend', 'BackendTrafficPolicy',
  'ClientTrafficPolicy', 'SecurityPolicy', 'EnvoyExtensionPolicy', 'HTTPRouteFilter',
]);

/**
 * What a cluster would add to the documents: addresses of Services, the Secret of each listener. The namespace selector of listeners is opened, because the
 * translator drops the labels of namespaces; `routesLetIn` checks it.
 */
export async function prepare(documents: readonly Json[]): Promise<Json[]> {
  const prepared: Json[] = documents.filter((document) => READ.has(document.kind)).map((document) => structuredClone(document));
  const secrets = new Set(prepared.filter((document) => document.kind === 'Secret').map((document) => `${document.metadata.namespace}/${document.metadata.name}`));
  const made: Json[] = [];
  prepared.filter((document) => document.kind === 'Service' && !document.spec.clusterIP).forEach((service, i) => { service.spec.clusterIP = `10.96.${i >> 8}.${(i & 255) + 1}`; });
  for (const gateway of prepared.filter((document) => document.kind === 'Gateway')) {
    for (const listener of gateway.spec.listeners) {
      if (listener.allowedRoutes?.namespaces?.from === 'Selector') listener.allowedRoutes.namespaces = { from: 'All' };
      for (const ref of listener.tls?.certificateRefs ?? []) {
        const namespace = ref.namespace ?? gateway.metadata.namespace;
        if (secrets.has(`${namespace}/${ref.name}`)) continue;
        secrets.add(`${namespace}/${ref.name}`);
        made.push(await selfSigned(namespace, ref.name, listener.hostname ?? 'example.com'));
      }
    }
  }
  return [...prepared, ...made];
}

/** Namespaces of routes that no label lets into the listener of their gateway. */
export function routesNotLetIn(documents: readonly Json[]): string[] {
  const labels = new Map(documents.filter((document) => document.kind === 'Namespace').map((document) => [document.metadata.name, document.metadata.labels ?? {}]));
  const refused: string[] = [];
  for (const route of documents.filter((document) => document.kind === 'HTTPRoute')) {
    for (const parent of route.spec.parentRefs) {
      const gateway = documents.find((document) => document.kind === 'Gateway' && document.metadata.name === parent.name && document.metadata.namespace === (parent.namespace ?? route.metadata.namespace));
      const listener = gateway?.spec.listeners.find((one: Json) => one.name === parent.sectionName);
      const wanted: Record<string, string> = listener?.allowedRoutes?.namespaces?.selector?.matchLabels ?? {};
      const has = labels.get(route.metadata.namespace) ?? {};
      if (Object.entries(wanted).some(([key, value]) => has[key] !== value)) refused.push(`${route.metadata.namespace}/${route.metadata.name}`);
    }
  }
  return refused;
}

function selfSigned(namespace: string, name: string, hostname: string): Promise<Json> {
  return inFolder([], async (folder) => {
    const { code, output } = await run('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=gateway', '-addext', `subjectAltName=DNS:${hostname}`,
      '-keyout', 'key.pem', '-out', 'cert.pem',
    ], { cwd: folder });
    if (code !== 0) throw new Error(`openssl made no certificate: ${lastLines(output)}`);
    const read = (file: string): string => readFileSync(join(folder, file)).toString('base64');
    return { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name, namespace }, data: { 'tls.crt': read('cert.pem'), 'tls.key': read('key.pem') } };
  });
}

/** Lets the translator read the documents, as they stand in files. @throws when it refuses to read them at all */
export async function translate(program: string, documents: readonly Json[]): Promise<Translation> {
  const read = await prepare(documents);
  return inFolder([{ path: 'in.yaml', content: read.map((document) => stringify(document)).join('---\n') }], async (folder) => {
    // Warnings go to the same stream as the answer: it is written to a file.
    const { code, output } = await run('sh', ['-c', '"$0" x translate --from gateway-api --to gateway-api,xds --type all -o json -f in.yaml > out.json', program], { cwd: folder, timeout: 300 });
    if (code !== 0) throw new Error(`egctl refused the documents: ${lastLines(output)}`);
    const answer = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')) as Json;
    const conditions = conditionsOf(answer);
    return { documents: read, conditions, refused: conditions.filter(isNegative), xds: answer.xds ?? {} };
  });
}

/** Conditions without which an object does not do its work. */
const WORKS: readonly string[] = ['Accepted', 'Programmed', 'ResolvedRefs'];

/** Conditions that tell of trouble when they are there. (`Overridden` tells of none: a policy of a route goes before that of its gateway.) */
const TROUBLE: readonly string[] = ['Conflicted', 'OverlappingTLSConfig', 'PartiallyInvalid', 'Degraded', 'Warning', 'Aborted'];

export function isNegative({ type, status }: Pick<Condition, 'type' | 'status'>): boolean {
  return TROUBLE.includes(type) ? status !== 'False' : status !== 'True' && WORKS.includes(type);
}

export function parse(text: string): Json[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Json).filter(Boolean);
}

function conditionsOf(answer: Json): Condition[] {
  const all: Condition[] = [];
  for (const [group, value] of Object.entries(answer)) {
    if (group === 'xds') continue;
    for (const object of (Array.isArray(value) ? value : [value]) as Json[]) {
      const status = object?.status;
      if (!status) continue;
      const parts: Json[] = [status, ...status.listeners ?? [], ...status.parents ?? [], ...status.ancestors ?? []];
      for (const part of parts) {
        for (const { type, status: state, reason, message } of part.conditions ?? []) {
          all.push({ kind: object.kind ?? group, name: object.metadata.name, part: part.name ?? part.parentRef?.sectionName ?? part.ancestorRef?.name ?? '', type, status: state, reason, message });
        }
      }
    }
  }
  return all;
}

/** The documents of one GatewayClass of one cluster, with everything that they may refer to. */
export interface GatewaySet {
  readonly name: string;
  /** The version of Envoy Gateway that the cluster is written for, when it says. */
  readonly version: string | undefined;
  readonly documents: readonly Json[];
}

const MODEL = 'netstack.model.json';

/**
 * The gateways of an output folder. Clusters are told apart by the model file; one run of the translator knows one class, so that each class is a set of its own.
 * Charts of a cluster are read together: a route may refer to another chart's Service.
 */
export function gatewaySets(files: readonly EngineFile[]): GatewaySet[] {
  const model = files.find((file) => file.path === MODEL);
  const { clusters = [], objects = [] } = (model ? JSON.parse(model.content) : {}) as Json;
  const clusterOf = new Map<string, string>(objects.map((object: Json) => [object.file, object.cluster]));
  const byCluster = new Map<string, Json[]>();
  for (const file of files.filter((one) => one.path !== MODEL)) {
    const cluster = clusterOf.get(file.path) ?? '';
    byCluster.set(cluster, [...byCluster.get(cluster) ?? [], ...parse(file.content)]);
  }
  return [...byCluster].flatMap(([cluster, documents]) => {
    const classes = new Set<string>(documents.filter((document) => document.kind === 'Gateway').map((document) => document.spec.gatewayClassName));
    return [...classes].map((one) => ({
      name: `${cluster}/${one}`, version: clusters.find((known: Json) => known.name === cluster)?.targets.envoyGateway, documents: ofClass(documents, one),
    }));
  });
}

function ofClass(documents: readonly Json[], name: string): Json[] {
  const others = new Set(documents.filter((document) => document.kind === 'Gateway' && document.spec.gatewayClassName !== name)
    .map((document) => `Gateway ${document.metadata.namespace}/${document.metadata.name}`));
  const keep = (document: Json): boolean => {
    if (document.kind === 'GatewayClass') return document.metadata.name === name;
    const { namespace } = document.metadata;
    if (others.has(`${document.kind} ${namespace}/${document.metadata.name}`)) return false;
    const parents: readonly Json[] = document.spec?.parentRefs ?? (document.spec?.targetRefs ?? []).filter((target: Json) => target.kind === 'Gateway');
    return parents.length === 0 || !parents.every((parent) => others.has(`Gateway ${parent.namespace ?? namespace}/${parent.name}`));
  };
  const kept = documents.filter(keep);
  const routes = new Set(kept.filter((document) => document.kind === 'HTTPRoute').map((document) => `${document.metadata.namespace}/${document.metadata.name}`));
  return kept.filter((document) => {
    const targets: readonly Json[] = (document.spec?.targetRefs ?? []).filter((target: Json) => target.kind === 'HTTPRoute');
    return targets.length === 0 || targets.some((target) => routes.has(`${document.metadata.namespace}/${target.name}`));
  });
}

/** Whether a file is one of those that describe gateways. */
export function describesGateways(file: EngineFile): boolean {
  return file.path.endsWith('.k8s.yaml') || file.path === MODEL;
}

export const envoyGateway: Engine = {
  name: 'envoy-gateway',
  target: 'envoyGateway 1.9',
  source: `go build github.com/envoyproxy/gateway/cmd/egctl@v${EGCTL_VERSION}`,
  reads: describesGateways,
  prepare: () => buildGo(EGCTL),
  version: () => Promise.resolve(egctl() ? EGCTL_VERSION : undefined),
  check: async (files) => verdict(files),
  samples: () => [
    {
      name: 'a route to a Service that is not there', accepted: false,
      files: [{ path: 'refused.k8s.yaml', content: sample('HTTPRoute', { rules: [{ backendRefs: [{ name: 'nowhere', port: 80 }] }] }) }],
    },
    {
      name: 'a filter kind that does not exist', accepted: false,
      files: [{
        path: 'refused.k8s.yaml',
        content: sample('HTTPRoute', { rules: [{ filters: [{ type: 'ExtensionRef', extensionRef: { group: 'gateway.envoyproxy.io', kind: 'RateLimitFilter', name: 'limit' } }] }] }),
      }],
    },
  ],
};

async function verdict(files: readonly EngineFile[]): Promise<Verdict> {
  const complaints: string[] = [];
  const seen: string[] = [];
  for (const { name, documents } of gatewaySets(files)) {
    try {
      const { conditions, refused } = await translate(egctl()!, documents);
      seen.push(`${name}: ${documents.length} documents, ${conditions.length} conditions, ${refused.length} of them negative`);
      complaints.push(...refused.map((one) => `${name}: ${one.kind} ${one.name} ${one.part} ${one.type}=${one.status} ${one.reason}: ${one.message}`));
      complaints.push(...routesNotLetIn(documents).map((route) => `${name}: route ${route} is not let in by the labels of its namespace`));
    } catch (error) {
      complaints.push(`${name}: ${(error as Error).message}`);
    }
  }
  // Counts of an output folder are worth reading when nothing is refused; of samples they are not.
  if (complaints.length === 0 && files.some(({ path }) => path === MODEL)) console.log(seen.join('\n'));
  return { accepted: complaints.length === 0, output: [...complaints, ...seen].join('\n') };
}

function sample(kind: string, spec: object): string {
  const gateway = { gatewayClassName: 'sample', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'sample' } },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'sample' }, spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' } },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'sample', namespace: 'sample' }, spec: gateway },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata: { name: 'sample', namespace: 'sample' }, spec: { parentRefs: [{ name: 'sample', sectionName: 'http' }], ...spec } },
  ].map((document) => stringify(document)).join('---\n');
}
