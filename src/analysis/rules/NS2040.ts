import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import { labelsOf } from '../model/fields';
import { mountedTexts, podsWithImage } from '../model/workload-config';
import type { Rule } from './rule';

const SYSTEM = (header: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: nginx, namespace: static }
data:
  default.conf: |
    server {
      listen 8443 ssl;
      ssl_protocols TLSv1.3;
      ssl_early_data on;
      location / { ${header}proxy_pass http://orders:8080; }
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
      containers: [{ name: nginx, image: "docker.io/library/nginx:1.27.4" }]
      volumes: [{ name: conf, configMap: { name: nginx } }]
`;

export const rule: Rule = {
  id: 'NS2040',
  class: 'risk',
  title: 'Requests in 0-RTT reach a backend that cannot tell them',
  sees: '0-RTT that is switched on in the configuration of nginx and HAProxy in ConfigMaps, and of ingress-nginx: without the header Early-Data for the backend (nginx), without waiting for the handshake before unsafe methods (HAProxy), '
    + 'without tickets or TLS 1.3, of which 0-RTT is a part.',
  why: 'Whoever records such a request can send it again, and the backend has no way to refuse it with 425: orders are placed twice. Without tickets or TLS 1.3 the switch has no effect.',
  fix: 'send proxy_set_header Early-Data $ssl_early_data, or switch 0-RTT off',
  covers: ['R30', 'R31', 'R32'],
  docs: ['https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_early_data', 'https://www.rfc-editor.org/rfc/rfc8470'],
  subjects: ['/ConfigMap'],
  failing: {
    documents: SYSTEM(''), says: 'nginx takes requests in 0-RTT and does not tell its backend (no Early-Data header)', field: 'data["default.conf"]',
  },
  passing: { documents: SYSTEM('proxy_set_header Early-Data $ssl_early_data; ') },
  check(cluster, report) {
    const texts = (images: readonly string[]): ReadonlyArray<{ readonly entry: Entry; readonly path: FieldPath; readonly text: string; readonly all: string }> => images
      .flatMap((image) => podsWithImage(cluster, image)).flatMap((pods) => {
        const mounted = mountedTexts(cluster, pods);
        const all = mounted.map(({ text }) => text).join('\n');
        return mounted.map(({ entry, key, text }) => ({ entry, path: ['data', key], text, all }));
      });
    for (const { entry, path, text, all } of texts(['nginx', 'nginx-unprivileged'])) {
      if (!/^[ \t]*ssl_early_data\s+on\s*;/m.test(text) || !says(all, /\b(?:proxy|grpc|fastcgi|uwsgi)_pass(?:\s|$)/)) continue;
      if (!/\$ssl_early_data/.test(all)) report(entry, path, { message: 'nginx takes requests in 0-RTT and does not tell its backend (no Early-Data header)' });
    }
    for (const { entry, path, text, all } of texts(['haproxy', 'haproxy-alpine'])) {
      if (!says(text, /^\s*bind\s.*\ballow-0rtt\b|^\s*ssl-default-bind-options\s.*\ballow-0rtt\b/)) continue;
      if (/\bno-tls-tickets\b/.test(all)) {
        report(entry, path, { message: 'HAProxy takes requests in 0-RTT (allow-0rtt) and gives out no tickets (no-tls-tickets), without which there is none over TCP', fix: 'remove one of the two' });
      } else if (!/wait-for-handshake/.test(all)) {
        report(entry, path, { message: 'HAProxy passes on requests in 0-RTT, whatever their method (no wait-for-handshake)', fix: 'add http-request wait-for-handshake if ! METH_GET' });
      }
    }
    for (const entry of cluster.objects('', 'ConfigMap')) {
      const data = labelsOf(entry.object.data);
      const protocols = data['ssl-protocols'];
      if (data['ssl-early-data'] !== 'true' || protocols === undefined || protocols.split(/\s+/).includes('TLSv1.3')) continue;
      report(entry, ['data', 'ssl-early-data'], { message: `0-RTT is switched on and TLS 1.3, which it is a part of, is not among ssl-protocols (${protocols})`, fix: 'add TLSv1.3 to ssl-protocols' });
    }
  },
};

/** Whether a line says something before its comment. */
function says(text: string, what: RegExp): boolean {
  return text.split('\n').some((line) => what.test(line.split('#', 1)[0]!));
}
