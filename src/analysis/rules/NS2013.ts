import type { Fields } from '../model/fields';
import { list } from '../model/fields';
import { gatewayModel } from '../model/gateway-api';
import { HTTP3_NEEDS, HTTP3_SUBJECTS, http3Endpoints } from '../model/http3';
import type { Rule } from './rule';

const SYSTEM = (header: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: nginx, namespace: static }
data:
  default.conf: |
    server {
      listen 8443 ssl;
      listen 8443 quic reuseport;
      ssl_protocols TLSv1.2 TLSv1.3;${header}
    }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: nginx, namespace: static }
spec:
  selector: { matchLabels: { app: nginx } }
  template:
    metadata: { labels: { app: nginx } }
    spec:
      containers: [{ name: nginx, image: "docker.io/library/nginx:1.27.4", volumeMounts: [{ name: conf, mountPath: /etc/nginx/conf.d }] }]
      volumes: [{ name: conf, configMap: { name: nginx } }]
`;

export const rule: Rule = {
  id: 'NS2013',
  class: 'risk',
  title: 'HTTP/3 is served and no client is told of it',
  sees: 'HTTP/3 listeners of nginx and HAProxy in ConfigMaps that hold no Alt-Svc line, and routes that take the Alt-Svc header of an HTTP/3 listener away. Envoy Gateway and Traefik announce it themselves.',
  why: 'Browsers begin with TCP and change to HTTP/3 only when Alt-Svc (or an HTTPS record in DNS) tells them: without it the UDP listener stays unused.',
  fix: 'announce it: Alt-Svc: h3=":443"; ma=86400',
  covers: ['R9'],
  docs: ['https://nginx.org/en/docs/quic.html', 'https://www.rfc-editor.org/rfc/rfc9114#section-3.1.1'],
  subjects: [...HTTP3_SUBJECTS, 'gateway.networking.k8s.io/HTTPRoute'],
  needs: HTTP3_NEEDS,
  failing: {
    documents: SYSTEM(''),
    says: 'Port 8443 of nginx in Deployment static/nginx serves HTTP/3, and ConfigMap static/nginx sends no Alt-Svc header',
    field: 'data["default.conf"]',
  },
  passing: { documents: SYSTEM('\n      add_header Alt-Svc \'h3=":443"; ma=86400\' always;') },
  check(cluster, report) {
    const endpoints = cluster.derive(http3Endpoints);
    for (const { at, path, label } of endpoints) {
      if (at.kind !== 'ConfigMap' || at.group !== '') continue;
      // The header may stand in another file of the same ConfigMap.
      if (Object.values(at.object.data as Record<string, unknown>).some((one) => /alt-svc/i.test(String(one)))) continue;
      if (!label.startsWith('Port ')) continue;
      report(at, path, { message: `${label} serves HTTP/3, and ${at.toString()} sends no Alt-Svc header` });
    }
    const served = new Set(endpoints.flatMap(({ listener }) => (listener ? [listener] : [])));
    if (served.size === 0) return;
    for (const route of cluster.derive(gatewayModel).routes) {
      list(route.entry.spec.rules).forEach((one: Fields, index) => list(one.filters).forEach((filter: Fields, at) => {
        const removed = list(filter.responseHeaderModifier?.remove).findIndex((name) => String(name).toLowerCase() === 'alt-svc');
        const listener = removed < 0 ? undefined : route.parents.flatMap(({ attached }) => attached.map((each) => each.listener)).find((each) => served.has(each));
        if (!listener) return;
        report(route.entry, ['spec', 'rules', index, 'filters', at, 'responseHeaderModifier', 'remove', removed], {
          message: `The route takes Alt-Svc away, and listener ${listener.name} of ${listener.gateway.entry.toString()} serves HTTP/3`, fix: 'leave the header in place',
        });
      }));
    }
  },
};
