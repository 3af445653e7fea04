import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { meshOf } from '../model/mesh';
import { meshServicesOf } from '../model/mesh-services';
import { podsOf } from '../model/pods';
import { plainTexts, printText } from '../model/texts';
import type { Rule } from './rule';

/** A database's address in a text, up to the first character that ends it. */
const ADDRESS = /\b(?:jdbc:)?(mysql|mariadb|postgres(?:ql)?|mongodb|redis|amqp|sqlserver):\/\/([^\s"'`<>]*)/gi;

export const rule: Rule = {
  id: 'NS0050',
  class: 'practice',
  title: 'A database is addressed without TLS',
  sees: 'Addresses such as mysql:// in variables, arguments and ConfigMaps that do not ask for TLS. Addresses of the pod itself, those whose options are put in later, and what Istio carries from pods of the mesh to pods of the mesh are passed over.',
  why: 'Passwords and rows cross the network in the clear, or in a way that anybody between can turn off: most drivers fall back without a word.',
  fix: 'ask for TLS in the address: sslmode=verify-full, tls=true, rediss://, amqps://',
  covers: ['R64'],
  docs: ['https://www.postgresql.org/docs/current/libpq-ssl.html', 'https://dev.mysql.com/doc/refman/8.4/en/using-encrypted-connections.html'],
  subjects: ['*'],
  failing: {
    documents: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: orders
          image: registry.example.com/orders:1.7.4
          env: [{ name: DB_URL, value: "mysql://orders@db.shop:3306/orders" }]
`,
    says: 'A mysql address in variable DB_URL asks for no TLS',
    field: 'spec.template.spec.containers[0].env[0].value',
  },
  passing: {
    documents: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: orders
          image: registry.example.com/orders:1.7.4
          env:
            - { name: DB_URL, value: "postgres://orders@db.shop:5432/orders?sslmode=verify-full" }
            - { name: CACHE_URL, value: "rediss://cache.shop:6379" }
            - { name: PROXY_URL, value: "mysql://orders@127.0.0.1:3306/orders" }
            - { name: OTHER_URL, value: "postgres://orders@db.shop:5432/orders?$(DB_OPTIONS)" }
`,
  },
  check(cluster, report) {
    for (const plain of cluster.derive(plainTexts)) {
      const { entry, path, text, where } = plain;
      if (where === 'annotation' || where === 'field' || !text.includes('://')) continue;
      for (const [, scheme, rest] of text.matchAll(ADDRESS)) {
        if (isEncrypted(scheme!.toLowerCase(), rest!) || isOfMesh(cluster, entry, rest!)) continue;
        report(entry, path, { message: `A ${scheme!.toLowerCase()} address in ${printText(plain)} asks for no TLS` });
      }
    }
  },
};

/** Whether caller and called are both in the mesh, which encrypts between them. */
function isOfMesh(cluster: ClusterModel, entry: Entry, rest: string): boolean {
  const mesh = meshOf(cluster);
  const carried = (group: ReturnType<typeof podsOf>): boolean => group !== undefined && /^(?:sidecar|ambient)$/.test(mesh.memberOf(group).membership);
  const caller = podsOf(entry);
  const host = /^(?:[^@/?]*@)?([^:/?,]+)/.exec(rest)?.[1];
  if (host === undefined || !carried(caller)) return false;
  const service = meshServicesOf(cluster).ofDnsName(host, entry.namespace) ?? meshServicesOf(cluster).ofHost(host, entry.namespace);
  return service !== undefined && service.pods.length > 0 && service.pods.every(carried);
}

function isEncrypted(scheme: string, rest: string): boolean {
  const query = /[?;].*/.exec(rest)?.[0] ?? '';
  const host = rest.replace(/^[^@/?]*@/, '');
  // A comment that shows the form, the pod itself, or something that is put in later.
  if (rest === '' || /^(?:localhost|127\.|\[?::1|\/|\.\.\.|<|%2f)/i.test(host) || /[${]/.test(query) || /^[${]/.test(rest)) return true;
  switch (scheme) {
    case 'postgres':
    case 'postgresql': return /(?:sslmode=(?:require|verify-ca|verify-full)|[?&]ssl=(?:true|require))/i.test(query);
    case 'sqlserver': return /encrypt=(?:true|strict|mandatory)/i.test(query);
    case 'redis':
    case 'amqp': return /(?:[?&](?:ssl|tls)=true|ssl_cert_reqs=)/i.test(query);
    default: return /(?:(?:use|require)?ssl=true|tls=(?!false)|ssl-?mode=(?!disabled|none|preferred))/i.test(query);
  }
}
