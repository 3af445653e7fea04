// The measured services as one right system: what their manifests refer to is there, so that the catalogue has everything to look at and nothing to say.
import type { KubernetesObject } from '../src/analysis';
import { manifests } from './services';

const NAMESPACES = 50;
const GATEWAYS = 'gateways';

/** Services of eight manifests each, their namespaces, and the gateway in front of them. */
export function platform(services: number): KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  for (let i = 0; i < NAMESPACES; i++) objects.push({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `ns-${i}`, labels: { 'istio-injection': 'enabled' } } });
  objects.push(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: GATEWAYS, labels: { 'istio-injection': 'enabled' } } },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'public' }, spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' } },
    {
      apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', metadata: { name: 'letsencrypt' },
      spec: { acme: { server: 'https://acme-v02.api.letsencrypt.org/directory', privateKeySecretRef: { name: 'account' }, solvers: [{ dns01: { route53: { region: 'eu-central-1' } } }] } },
    },
    { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', metadata: { name: 'public', namespace: GATEWAYS }, spec: { secretName: 'public', dnsNames: ['*.example.com', '*.internal.example.com'], issuerRef: { kind: 'ClusterIssuer', name: 'letsencrypt' } } },
    {
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'public', namespace: GATEWAYS },
      spec: { gatewayClassName: 'public', listeners: [{ name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'public' }] }, allowedRoutes: { namespaces: { from: 'All' } } }] },
    },
  );
  for (let i = 0; i < services; i++) {
    const namespace = `ns-${i % NAMESPACES}`;
    for (const [id, manifest] of manifests(i, namespace)) objects.push(complete(id, manifest as unknown as KubernetesObject, i, services, namespace));
  }
  return objects;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- manifests that stand above
type Fields = any;

/** A manifest whose neighbours exist: its callers are services of its namespace, and it runs as the account that every namespace has. */
function complete(id: string, manifest: KubernetesObject, i: number, services: number, namespace: string): KubernetesObject {
  const { spec } = manifest as Fields;
  const perNamespace = Math.ceil((services - (i % NAMESPACES)) / NAMESPACES);
  const neighbour = (k: number): string => `svc-${(i % NAMESPACES) + NAMESPACES * ((Math.floor(i / NAMESPACES) + k) % perNamespace)}`;
  switch (id) {
    case 'deployment': {
      const { serviceAccountName: _, ...pod } = spec.template.spec;
      return { ...manifest, spec: { ...spec, template: { ...spec.template, spec: pod } } };
    }
    case 'route': {
      const [first, ...rest] = spec.rules;
      return { ...manifest, spec: { ...spec, rules: [{ ...first, backendRefs: [{ name: `svc-${i}`, port: 80, weight: 100 }] }, ...rest] } };
    }
    case 'network-policy': {
      const [rule] = spec.ingress;
      const pods = (...offsets: number[]): unknown[] => offsets.map((k) => ({ matchLabels: { 'app.kubernetes.io/name': neighbour(k), 'k8s:io.kubernetes.pod.namespace': namespace } }));
      const called = { toEndpoints: pods(perNamespace - 1, perNamespace - 2, perNamespace - 3), toPorts: [{ ports: [{ port: '8080', protocol: 'TCP' }] }] };
      const istiod = {
        toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'istio-system', 'app': 'istiod' } }], toPorts: [{ ports: [{ port: '15012', protocol: 'TCP' }] }],
      };
      const gateway = {
        fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'envoy-gateway-system', 'gateway.envoyproxy.io/owning-gateway-name': 'public' } }],
        toPorts: [{ ports: [{ port: '8080', protocol: 'TCP' }] }],
      };
      return { ...manifest, spec: { ...spec, ingress: [{ ...rule, fromEndpoints: pods(1, 2, 3) }, gateway], egress: [...spec.egress, called, istiod] } };
    }
    case 'authorization': {
      const [rule] = spec.rules;
      return { ...manifest, spec: { ...spec, rules: [{ ...rule, from: [{ source: { principals: [`cluster.local/ns/${namespace}/sa/default`] } }] }] } };
    }
    case 'destination': {
      const { subsets: _, ...rest } = spec;
      return { ...manifest, spec: rest };
    }
    // The proxies of the gateway have no sidecars.
    case 'mtls': return { ...manifest, spec: { ...spec, mtls: { mode: 'PERMISSIVE' } } };
    default: return manifest;
  }
}
