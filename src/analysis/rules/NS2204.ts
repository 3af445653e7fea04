import { isNginx, nginxConfig, nginxControllers, nginxMinor, NGINX } from '../model/ingress-nginx';
import type { Rule } from './rule';

const SYSTEM = (data: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: ingress-nginx-controller, namespace: ingress-nginx }
data: ${data}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ingress-nginx-controller, namespace: ingress-nginx }
spec:
  selector: { matchLabels: { app.kubernetes.io/name: ingress-nginx } }
  template:
    metadata: { labels: { app.kubernetes.io/name: ingress-nginx } }
    spec: { containers: [{ name: controller, image: "registry.k8s.io/ingress-nginx/controller:v1.12.1", args: [/nginx-ingress-controller, --configmap=$(POD_NAMESPACE)/ingress-nginx-controller] }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop, annotations: { nginx.ingress.kubernetes.io/configuration-snippet: "more_set_headers 'X-Frame-Options: DENY';" } }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`;

export const rule: Rule = {
  id: 'NS2204',
  class: 'breaks',
  title: 'ingress-nginx does not take snippets',
  sees: 'Annotations that end with -snippet on Ingresses of ingress-nginx, where the documents have the controller (1.9 or newer) and its ConfigMap without allow-snippet-annotations, or without annotations-risk-level Critical from 1.12 on.',
  why: 'The webhook of the controller refuses the Ingress; without the webhook the snippet is left out, and with it the headers or rules that it was for.',
  fix: 'say it with a typed annotation such as custom-headers; or, knowing the risk, set allow-snippet-annotations: "true" and annotations-risk-level: Critical',
  covers: ['R34'],
  docs: ['https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/#allow-snippet-annotations'],
  subjects: ['networking.k8s.io/Ingress'],
  failing: {
    documents: SYSTEM('{ use-gzip: "true" }'), says: 'ConfigMap ingress-nginx/ingress-nginx-controller does not allow configuration-snippet (allow-snippet-annotations is not true)',
    field: 'metadata.annotations["nginx.ingress.kubernetes.io/configuration-snippet"]',
  },
  passing: { documents: SYSTEM('{ allow-snippet-annotations: "true", annotations-risk-level: Critical }') },
  check(cluster, report) {
    if (nginxControllers(cluster).length === 0) return;
    const config = nginxConfig(cluster);
    const minor = nginxMinor(cluster);
    if (!config || minor === undefined || minor < 9) return;
    const allowed = config.data['allow-snippet-annotations'] === 'true';
    const critical = minor < 12 || config.data['annotations-risk-level'] === 'Critical';
    if (allowed && critical) return;
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      if (!isNginx(ingress)) continue;
      for (const key in ingress.annotations) {
        if (!key.startsWith(NGINX) || !key.endsWith('-snippet')) continue;
        report(ingress, ['metadata', 'annotations', key], {
          message: `${config.entry.toString()} does not allow ${key.slice(NGINX.length)} (${allowed ? 'annotations-risk-level is not Critical' : 'allow-snippet-annotations is not true'})`, decidedBy: [config.entry],
        });
      }
    }
  },
};
