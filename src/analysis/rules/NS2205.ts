import { isNginx, NGINX, NGINX_ANNOTATIONS } from '../model/ingress-nginx';
import { suggest } from '../schema/suggest';
import type { Rule } from './rule';

const SYSTEM = (annotation: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop, annotations: { ${annotation} } }
spec:
  ingressClassName: nginx
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
`;

/** Numbers of seconds, or counts, without a unit. */
const NUMBERS = /^(?:proxy-(?:connect|read|send|next-upstream)-timeout|proxy-next-upstream-tries|limit-(?:rps|rpm|connections|rate|rate-after|burst-multiplier)|cors-max-age|canary-weight(?:-total)?|permanent-redirect-code|proxy-buffers-number)$/;

const BOOLEANS = /^(?:canary|enable-cors|cors-allow-credentials|force-ssl-redirect|ssl-redirect|ssl-passthrough|use-regex|enable-modsecurity|enable-owasp-core-rules|service-upstream|from-to-www-redirect|enable-access-log)$/;

export const rule: Rule = {
  id: 'NS2205',
  class: 'risk',
  title: 'An annotation of ingress-nginx is misspelt, or its value is not what it takes',
  sees: 'Annotations nginx.ingress.kubernetes.io/… that are nearly, and not quite, one that the controller knows; timeouts and limits that are no whole number (they take no unit), switches that are not true or false, and source ranges that are no CIDR.',
  why: 'The controller passes over it without a word: the default of 60 seconds, no limit and no list of addresses are in force.',
  fix: 'write the annotation as the controller has it',
  covers: ['R127'],
  docs: ['https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/'],
  subjects: ['networking.k8s.io/Ingress'],
  failing: {
    documents: SYSTEM('nginx.ingress.kubernetes.io/proxy-read-timeout: 4.7s'), says: 'proxy-read-timeout takes a whole number of seconds, and 4.7s is none', field: 'metadata.annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"]',
  },
  passing: { documents: SYSTEM('nginx.ingress.kubernetes.io/proxy-read-timeout: "60"') },
  check(cluster, report) {
    for (const ingress of cluster.objects('networking.k8s.io', 'Ingress')) {
      if (!isNginx(ingress)) continue;
      for (const [key, value] of Object.entries(ingress.annotations)) {
        if (!key.startsWith(NGINX)) continue;
        const name = key.slice(NGINX.length);
        const path = ['metadata', 'annotations', key];
        if (!NGINX_ANNOTATIONS.has(name)) {
          const near = suggest(name, [...NGINX_ANNOTATIONS]);
          if (near !== undefined) report(ingress, path, { message: `ingress-nginx has no annotation ${name}`, fix: `write ${near}` });
        } else if (NUMBERS.test(name) && !/^\d+$/.test(value)) {
          report(ingress, path, { message: `${name} takes a whole number${name.endsWith('timeout') ? ' of seconds' : ''}, and ${value} is none`, fix: 'write the number without a unit' });
        } else if (BOOLEANS.test(name) && !/^(?:true|false|1|0|t|f|T|F|TRUE|FALSE|True|False)$/.test(value)) {
          report(ingress, path, { message: `${name} takes true or false, and ${value} is neither`, fix: 'write "true" or "false"' });
        } else if (/^(?:whitelist|allowlist|denylist)-source-range$/.test(name)) {
          const wrong = value.split(',').map((one) => one.trim()).find((one) => !isRange(one));
          if (wrong !== undefined) report(ingress, path, { message: `${wrong === '' ? 'An empty entry' : wrong} of ${name} is no address or CIDR`, fix: 'write addresses with a mask, joined by commas' });
        }
      }
    }
  },
};

function isRange(text: string): boolean {
  return /^(?:\d{1,3}\.){3}\d{1,3}(?:\/(?:[0-9]|[12]\d|3[0-2]))?$/.test(text) || /^[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:\/(?:\d{1,2}|1[01]\d|12[0-8]))?$/.test(text);
}
