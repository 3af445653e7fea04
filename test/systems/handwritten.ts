// Random systems as teams write them by hand, without our constructs: plain manifests of many styles. Every one of them is right.
import type { Random } from './random';

export type Manifest = Readonly<Record<string, unknown>> & { readonly apiVersion: string; readonly kind: string };

/** What one application is, for the layers in front of it. */
export interface Application {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Port of the pods. */
  readonly port: number;
  /** Port of the Service. */
  readonly servicePort: number;
  readonly serviceAccount: string;
  readonly metrics: boolean;
}

/** A job that calls an application; what guards the application has to let it. */
export interface Caller {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
  readonly calls: Application;
}

export interface Handwritten {
  readonly style: string;
  readonly documents: readonly Manifest[];
}

const meta = (name: string, namespace?: string, more: object = {}): object => ({ name, ...(namespace === undefined ? {} : { namespace }), ...more });

export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: meta(name, undefined, Object.keys(labels).length > 0 ? { labels } : {}) };
}

/** A random application: what runs it, its Service, and what usually stands around. */
export function application(random: Random, name: string, home: string, into: Manifest[]): Application {
  const labels = random.pick<Readonly<Record<string, string>>>([{ app: name }, { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'shop' }]);
  const port = random.pick([8080, 3000, 9000, 5000]);
  const servicePort = random.pick([80, port]);
  const metrics = random.once(2);
  const serviceAccount = random.once(2) ? name : 'default';
  const named = random.once(2);
  const config = random.once(3);
  const ports = [{ ...(named ? { name: 'http' } : {}), containerPort: port }, ...(metrics ? [{ name: 'metrics', containerPort: 9100 }] : [])];
  const probe = { httpGet: { path: '/healthz', port: named ? 'http' : port }, periodSeconds: 5 };
  const pod = {
    metadata: { labels: { ...labels, ...(random.once(2) ? { version: 'v1' } : {}) } },
    spec: {
      ...(serviceAccount === 'default' ? {} : { serviceAccountName: serviceAccount }),
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{
        name, image: `registry.example.com/${name}:1.${random.below(9)}.0`, ports,
        ...(random.once(4) ? {} : { readinessProbe: probe, livenessProbe: probe }),
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        ...(config ? { envFrom: [{ configMapRef: { name: `${name}-config` } }] } : {}),
        ...(random.once(3) ? { env: [{ name: 'PORT', value: String(port) }, { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] } : {}),
      }],
      ...(random.once(4) ? { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: labels } }] } : {}),
    },
  };
  const scaled = random.once(3);
  const kind = random.once(5) ? 'StatefulSet' : 'Deployment';
  const controller = { selector: { matchLabels: labels }, template: pod, ...(scaled ? {} : { replicas: random.between(1, 5) }) };
  into.push({ apiVersion: 'apps/v1', kind, metadata: meta(name, home, { labels }), spec: kind === 'StatefulSet' ? { ...controller, serviceName: name } : controller });
  if (serviceAccount !== 'default') into.push({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta(name, home), automountServiceAccountToken: false });
  if (config) into.push({ apiVersion: 'v1', kind: 'ConfigMap', metadata: meta(`${name}-config`, home), data: { LOG_LEVEL: 'info', REGION: 'eu' } });
  into.push({
    apiVersion: 'v1', kind: 'Service', metadata: meta(name, home, { labels }),
    spec: {
      selector: labels, ...(kind === 'StatefulSet' && random.once(2) ? { clusterIP: 'None' } : {}),
      ports: [{ name: 'http', port: servicePort, targetPort: named ? 'http' : port }, ...(metrics ? [{ name: 'metrics', port: 9100, targetPort: 'metrics' }] : [])],
    },
  });
  if (scaled) {
    into.push({
      apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: meta(name, home),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind, name }, minReplicas: 2, maxReplicas: random.between(3, 12),
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
      },
    });
  }
  if (random.once(2)) into.push({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: meta(name, home), spec: { maxUnavailable: 1, selector: { matchLabels: labels } } });
  return { name, namespace: home, labels, port, servicePort, serviceAccount, metrics };
}

/** Default deny in both directions, DNS, and what may talk to what. */
export function networkPolicies(random: Random, home: string, { applications, callers }: Basics, from: readonly object[], into: Manifest[]): void {
  const policy = (name: string, spec: object): void => {
    into.push({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: meta(name, home), spec });
  };
  policy('default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  policy('allow-dns', {
    podSelector: {}, policyTypes: ['Egress'],
    egress: [{
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } }, ...(random.once(2) ? { podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } } : {}) }],
      ports: [{ protocol: 'UDP', port: 53 }, { protocol: 'TCP', port: 53 }],
    }],
  });
  for (const { name, labels, calls } of callers) {
    policy(`${name}-out`, { podSelector: { matchLabels: labels }, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: { matchLabels: calls.labels } }], ports: [{ protocol: 'TCP', port: calls.port }] }] });
  }
  for (const one of applications) {
    const inside = [applications[0]!, ...callers.filter(({ calls }) => calls === one)].map(({ labels }) => ({ podSelector: { matchLabels: labels } }));
    policy(`${one.name}-in`, { podSelector: { matchLabels: one.labels }, policyTypes: ['Ingress'], ingress: [{ from: [...inside, ...from], ports: [{ protocol: 'TCP', port: one.port }] }] });
    if (one.metrics) {
      policy(`${one.name}-metrics`, {
        podSelector: { matchLabels: one.labels }, policyTypes: ['Ingress'],
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }], ports: [{ protocol: 'TCP', port: 9100 }] }],
      });
    }
    policy(`${one.name}-out`, {
      podSelector: { matchLabels: one.labels }, policyTypes: ['Egress'],
      egress: applications.map((other) => ({ to: [{ podSelector: { matchLabels: other.labels } }], ports: [{ protocol: 'TCP', port: other.port }] })),
    });
  }
}

/** Prometheus in a namespace of its own, and a monitor and rules for what has metrics. */
export function monitoring(applications: readonly Application[], into: Manifest[]): void {
  const watched = applications.filter(({ metrics }) => metrics);
  if (watched.length === 0) return;
  into.push(namespace('monitoring'));
  const labels = { 'app.kubernetes.io/name': 'prometheus' };
  into.push({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('prometheus', 'monitoring') });
  into.push({
    apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', metadata: meta('main', 'monitoring'),
    spec: { serviceAccountName: 'prometheus', serviceMonitorSelector: {}, serviceMonitorNamespaceSelector: {}, ruleSelector: {}, podMetadata: { labels } },
  });
  for (const one of watched) {
    into.push({
      apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: meta(one.name, one.namespace),
      spec: { selector: { matchLabels: one.labels }, endpoints: [{ port: 'metrics', interval: '30s' }] },
    });
  }
  into.push({
    apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', metadata: meta('availability', 'monitoring'),
    spec: { groups: [{ name: 'up', rules: [{ alert: 'TargetDown', expr: 'up == 0', for: '5m', labels: { severity: 'page' }, annotations: { summary: 'A target is down' } }] }] },
  });
}

/** What an application team has before anything stands in front of it. */
export interface Basics {
  readonly documents: Manifest[];
  readonly applications: readonly Application[];
  readonly callers: readonly Caller[];
}

export function basics(random: Random, home: string, labels: Readonly<Record<string, string>> = {}): Basics {
  const documents: Manifest[] = [namespace(home, labels)];
  const names = random.some(['web', 'api', 'cart', 'billing', 'search', 'mailer'], 2);
  const applications = names.map((name) => application(random, name, home, documents));
  const callers: Caller[] = [];
  if (random.once(2)) {
    const caller: Caller = { name: 'cleanup', labels: { job: 'cleanup', ...(random.once(2) ? labels : {}) }, serviceAccount: 'cleanup', calls: applications[0]! };
    callers.push(caller);
    const address = `http://${caller.calls.name}${random.once(2) ? `.${home}` : ''}${caller.calls.servicePort === 80 ? '' : `:${caller.calls.servicePort}`}/cleanup`;
    const container = { name: 'cleanup', image: 'registry.example.com/cleanup:1.0.0', ...(random.once(2) ? { args: [address] } : { env: [{ name: 'TARGET', value: address }] }) };
    documents.push({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('cleanup', home) }, {
      apiVersion: 'batch/v1', kind: 'CronJob', metadata: meta('cleanup', home),
      spec: {
        schedule: '17 3 * * *',
        jobTemplate: { spec: { template: { metadata: { labels: caller.labels }, spec: { serviceAccountName: 'cleanup', restartPolicy: 'Never', containers: [container] } } } },
      },
    });
  }
  if (random.once(4)) documents.push({ apiVersion: 'v1', kind: 'Service', metadata: meta('legacy', home), spec: { type: 'ExternalName', externalName: 'legacy.example.com' } });
  return { documents, applications, callers };
}
