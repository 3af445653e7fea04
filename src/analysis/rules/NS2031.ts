import type { Entry } from '../model/entry';
import type { ClusterModel } from '../model/cluster-model';
import { certificatesBySecret, certificateUses, mayHaveSecret, namesOf } from '../model/certificates';
import { record } from '../model/fields';
import { certifies } from '../model/hostnames';
import type { Rule } from './rule';

const SYSTEM = (namespace: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec:
  ingressClassName: nginx
  tls: [{ hosts: [shop.example.com], secretName: shop-tls }]
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }]
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: shop, namespace: ${namespace} }
spec:
  secretName: shop-tls
  dnsNames: [shop.example.com]
  issuerRef: { name: letsencrypt, kind: ClusterIssuer }
`;

export const rule: Rule = {
  id: 'NS2031',
  class: 'breaks',
  title: 'The certificate is written in another namespace than where it is looked for',
  sees: 'TLS Secrets that nobody makes in the namespace where a listener, Ingress, IngressRoute or Istio Gateway looks for them, while a Certificate for the same names writes a Secret of that name in another one. '
    + 'Secrets that are copied between namespaces are left alone.',
  why: 'The gateway finds no certificate: it refuses the listener or shows one of its own that no client trusts.',
  fix: 'put the Certificate into the namespace where its Secret is looked for, or refer across namespaces with a ReferenceGrant where the kind can',
  covers: ['R7', 'R79'],
  docs: ['https://cert-manager.io/docs/usage/certificate/', 'https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings'],
  subjects: ['cert-manager.io/Certificate'],
  failing: {
    documents: SYSTEM('cert-manager'),
    says: 'Ingress shop/web looks for Secret shop/shop-tls, and Certificate cert-manager/shop for shop.example.com writes it in namespace cert-manager',
    field: 'spec.tls[0].secretName',
  },
  passing: { documents: SYSTEM('shop') },
  check(cluster, report) {
    const elsewhere = cluster.derive(byName);
    const bySecret = cluster.derive(certificatesBySecret);
    for (const { at, path, label, secrets, hosts } of cluster.derive(certificateUses)) {
      for (const { namespace, name } of secrets) {
        if (namespace === '' || bySecret.has(`${namespace}/${name}`) || cluster.find('', 'Secret', namespace, name)) continue;
        const other = (elsewhere.get(name) ?? []).find((certificate) => certificate.namespace !== '' && hosts.length > 0 && hosts.some((host) => namesOf(certificate)?.some((one) => certifies(one, host))));
        if (!other || isCopied(other) || mayHaveSecret(cluster, namespace, name)) continue;
        report(at, path, {
          message: `${label} looks for Secret ${namespace}/${name}, and ${other.toString()} for ${namesOf(other)!.join(', ')} writes it in namespace ${other.namespace}`, decidedBy: [other],
        });
      }
    }
  },
};

function byName(cluster: ClusterModel): ReadonlyMap<string, readonly Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const certificate of cluster.objects('cert-manager.io', 'Certificate')) {
    const name = String(certificate.spec.secretName);
    found.set(name, [...found.get(name) ?? [], certificate]);
  }
  return found;
}

/** Annotations of a Secret make controllers copy it to other namespaces. */
function isCopied(certificate: Entry): boolean {
  return Object.keys(record(certificate.spec.secretTemplate?.annotations)).some((key) => /reflect|replicat|sync|copy/i.test(key));
}
