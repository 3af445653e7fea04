// The measured app: services of eight manifests each (about 8 KB of YAML), in one chart or a chart per service.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import type { ApiObjectProps, AppProps } from 'cdk8s';
import { Construct } from 'constructs';
import { NetworkApp } from '../src/app/network-app';
import { NetworkChart } from '../src/app/network-chart';
import { NetworkObject } from '../src/app/network-object';
import type { Contender } from './measure';

export type Layout = 'one chart' | 'chart per service';

export interface Classes {
  readonly App: new (props: AppProps) => App;
  readonly Chart: new (scope: Construct, id: string) => Chart;
  readonly ApiObject: new (scope: Construct, id: string, props: ApiObjectProps) => ApiObject;
}

/** Who renders: cdk8s, cdk8s' App with our chart and object, or we alone. */
export const CLASSES: Readonly<Record<'stock' | 'our chart and object' | 'NetworkApp', Classes>> = {
  'stock': { App, Chart, ApiObject },
  'our chart and object': { App, Chart: NetworkChart, ApiObject: NetworkObject },
  'NetworkApp': { App: NetworkApp, Chart: NetworkChart, ApiObject: NetworkObject },
};

export function buildApp(classes: Classes, services: number, layout: Layout, outdir: string): App {
  const app = new classes.App({ outdir });
  let chart: Construct | undefined;
  for (let i = 0; i < services; i++) {
    if (chart === undefined || layout === 'chart per service') chart = new classes.Chart(app, layout === 'one chart' ? 'platform' : `chart-${i}`);
    const service = new Construct(chart, `svc-${i}`);
    for (const [id, manifest] of manifests(i, `ns-${i % 50}`)) new classes.ApiObject(service, id, manifest);
  }
  return app;
}

/** Creating a file costs the kernel up to a millisecond on some disks, and its mood decides: measured where that is small, for both sides. */
const MEMORY_DISK = '/dev/shm';

function freshFolder(): string {
  return mkdtempSync(join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), 'netstack-bench-'));
}

/** Synthesis into a fresh folder; building the app is not counted. */
export function synthesis(classes: Classes, services: number, layout: Layout): Contender<App> {
  return {
    prepare: () => buildApp(classes, services, layout, freshFolder()),
    run: (app) => app.synth(),
    cleanUp: (app) => rmSync(app.outdir, { recursive: true }),
  };
}

/** Building the app and synthesis. */
export function wholeProgram(classes: Classes, services: number, layout: Layout): Contender<string> {
  return {
    prepare: () => freshFolder(),
    run: (outdir) => buildApp(classes, services, layout, outdir).synth(),
    cleanUp: (outdir) => rmSync(outdir, { recursive: true }),
  };
}

/** The manifests of service `i`, by construct id. */
export function manifests(i: number, namespace: string): Array<[string, ApiObjectProps]> {
  const name = `svc-${i}`;
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'platform', 'team': `team-${i % 40}`, 'tier': ['web', 'api', 'data'][i % 3]! };
  const selector = { matchLabels: { 'app.kubernetes.io/name': name } };
  const metadata = { name, namespace, labels };
  const callers = [1, 2, 3].map((k) => `svc-${(i * 7 + k * 13) % 5000}`);
  return [
    ['deployment', {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: {
        replicas: 3, revisionHistoryLimit: 5, selector, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
        template: {
          metadata: { labels, annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9090' } },
          spec: {
            serviceAccountName: name, terminationGracePeriodSeconds: 30, securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [{
              name: 'app', image: `registry.example.com/${name}:1.${i % 100}.0`,
              ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }, { name: 'metrics', containerPort: 9090 }],
              env: [{ name: 'LOG_LEVEL', value: 'info' }, { name: 'PORT', value: '8080' }, { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }, { name: 'FEATURE', value: 'yes' }],
              resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
              readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 10 }, livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, initialDelaySeconds: 15 },
              securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
            }],
          },
        },
      },
    }],
    ['service', {
      apiVersion: 'v1', kind: 'Service', metadata,
      spec: { type: 'ClusterIP', selector: selector.matchLabels, ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }, { name: 'metrics', port: 9090, targetPort: 'metrics', protocol: 'TCP' }] },
    }],
    ['route', {
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata, spec: {
        parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'gateways', sectionName: 'https' }],
        hostnames: [`${name}.example.com`, `${name}.internal.example.com`],
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/v1' }, method: 'GET' }, { headers: [{ type: 'Exact', name: 'x-canary', value: 'true' }] }],
            timeouts: { request: '10s', backendRequest: '2s' },
            filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { add: [{ name: 'x-route', value: name }], remove: ['x-debug'] } }],
            backendRefs: [{ group: '', kind: 'Service', name, port: 80, weight: 90 }, { group: '', kind: 'Service', name: `${name}-canary`, port: 80, weight: 10 }],
          },
          { matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ group: '', kind: 'Service', name, port: 80, weight: 1 }] },
        ],
      },
    }],
    ['network-policy', {
      apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata, spec: {
        endpointSelector: selector,
        ingress: [{
          fromEndpoints: callers.map((caller) => ({ matchLabels: { 'app.kubernetes.io/name': caller, 'k8s:io.kubernetes.pod.namespace': namespace } })),
          toPorts: [{ ports: [{ port: '8080', protocol: 'TCP' }], rules: { http: [{ method: 'GET', path: '/v1/.*' }, { method: 'POST', path: '/v1/items$' }] } }],
        }],
        egress: [
          { toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s-app': 'kube-dns' } }], toPorts: [{ ports: [{ port: '53', protocol: 'ANY' }], rules: { dns: [{ matchPattern: '*' }] } }] },
          { toFQDNs: [{ matchName: 'api.example.com' }], toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] },
        ],
      },
    }],
    ['authorization', {
      apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata, spec: {
        selector, action: 'ALLOW',
        rules: [{
          from: [{ source: { principals: callers.map((caller) => `cluster.local/ns/${namespace}/sa/${caller}`) } }],
          to: [{ operation: { methods: ['GET', 'POST'], paths: ['/v1/*', '/healthz'], ports: ['8080'] } }],
          when: [{ key: 'request.headers[x-tenant]', values: ['a', 'b'] }],
        }],
      },
    }],
    ['mtls', { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata, spec: { selector, mtls: { mode: 'STRICT' }, portLevelMtls: { 9090: { mode: 'PERMISSIVE' } } } }],
    ['destination', {
      apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata, spec: {
        host: `${name}.${namespace}.svc.cluster.local`,
        trafficPolicy: {
          connectionPool: { tcp: { maxConnections: 100, connectTimeout: '3s' }, http: { http2MaxRequests: 1000, maxRequestsPerConnection: 10 } },
          outlierDetection: { consecutive5xxErrors: 5, interval: '30s', baseEjectionTime: '30s', maxEjectionPercent: 50 }, tls: { mode: 'ISTIO_MUTUAL' },
        },
        subsets: [{ name: 'stable', labels: { version: 'stable' } }, { name: 'canary', labels: { version: 'canary' } }],
      },
    }],
    ['traffic', {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1', kind: 'BackendTrafficPolicy', metadata, spec: {
        targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name }],
        retry: { numRetries: 2, perRetry: { timeout: '250ms', backOff: { baseInterval: '100ms', maxInterval: '1s' } }, retryOn: { triggers: ['connect-failure', 'retriable-status-codes'], httpStatusCodes: [502, 503] } },
        circuitBreaker: { maxConnections: 1024, maxPendingRequests: 128, maxParallelRequests: 512 }, timeout: { tcp: { connectTimeout: '2s' }, http: { connectionIdleTimeout: '60s' } },
        rateLimit: { type: 'Local', local: { rules: [{ limit: { requests: 100, unit: 'Second' } }] } }, loadBalancer: { type: 'LeastRequest', slowStart: { window: '30s' } },
      },
    }],
  ];
}
