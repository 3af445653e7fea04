import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { labelsOf, list, record, text } from '../model/fields';
import type { Rule } from './rule';

const scene = (data: string): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop, namespace: istio-ingress }
spec:
  selector: { istio: edge }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [shop.example.com]
      tls: { mode: SIMPLE, credentialName: shop }
---
apiVersion: v1
kind: Secret
metadata: { name: shop, namespace: istio-ingress }
type: Opaque
stringData: { ${data} }
`;

export const rule: Rule = {
  id: 'NS3053',
  class: 'breaks',
  title: 'A Gateway\'s credential is none',
  sees: 'Secrets named by credentialName of Gateways, in the namespace of the proxies or of the Gateway, whose data the documents show: without tls.crt and tls.key (or cert and key), for MUTUAL without a certificate authority, or with '
    + 'a key or a binary certificate in its place. Secrets that controllers fill are passed over.',
  why: 'The proxy gets no certificate and opens the port without one: every handshake fails.',
  fix: 'give the Secret tls.crt and tls.key in PEM; for MUTUAL also ca.crt, or a second Secret <name>-cacert',
  covers: ['IST0161'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0161/', 'https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/#key-formats'],
  subjects: ['networking.istio.io/Gateway'],
  failing: {
    documents: scene('certificate: PLACEHOLDER'),
    says: 'Secret istio-ingress/shop has neither tls.crt and tls.key nor cert and key',
    field: 'spec.servers[0].tls.credentialName',
  },
  passing: { documents: scene('tls.crt: "-----BEGIN CERTIFICATE-----", tls.key: PLACEHOLDER') },
  check(cluster, report) {
    for (const gateway of cluster.objects('networking.istio.io', 'Gateway')) {
      for (const [index, server] of list(gateway.spec.servers).map(record).entries()) {
        const { credentialName, mode } = record(server.tls);
        const name = text(credentialName);
        const secret = name === undefined ? undefined : secretOf(cluster, gateway, name);
        const wrong = secret && problemOf(cluster, secret, String(mode));
        if (wrong !== undefined) report(gateway, ['spec', 'servers', index, 'tls', 'credentialName'], { message: `${secret!.toString()} ${wrong}`, decidedBy: [secret!] });
      }
    }
  },
};

/** The Secret that the proxies read: in their namespace, where their pods are known. */
function secretOf(cluster: ClusterModel, gateway: Entry, name: string): Entry | undefined {
  const selector = labelsOf(gateway.spec.selector);
  const homes = new Set(Object.keys(selector).length === 0 ? [] : cluster.selectByMap(undefined, selector).map(({ namespace }) => namespace));
  const found = cluster.find('', 'Secret', homes.size === 1 ? [...homes][0]! : gateway.namespace, name);
  return found?.sound === true ? found : undefined;
}

function problemOf(cluster: ClusterModel, secret: Entry, mode: string): string | undefined {
  const data = { ...record(secret.object.data), ...record(secret.object.stringData) };
  // One without data is filled by somebody.
  if (Object.keys(data).length === 0 || secret.annotations['cert-manager.io/certificate-name'] !== undefined) return undefined;
  const certificate = data['tls.crt'] ?? data.cert;
  if (certificate === undefined || (data['tls.key'] ?? data.key) === undefined) return 'has neither tls.crt and tls.key nor cert and key';
  const mutual = mode === 'MUTUAL' && data['ca.crt'] === undefined && data.cacert === undefined && cluster.find('', 'Secret', secret.namespace, `${secret.name}-cacert`) === undefined;
  if (mutual) return `has no ca.crt, and there is no Secret ${secret.name}-cacert: MUTUAL needs the certificate authority of the clients`;
  const plain = record(secret.object.stringData);
  const content = (plain['tls.crt'] ?? plain.cert) === undefined ? Buffer.from(String(certificate), 'base64').toString('latin1') : String(certificate);
  // Encrypted and placed-held values are somebody's to replace; a key or a binary certificate stays what it is.
  if (content.startsWith('\x30\x82')) return 'has a certificate in DER, and proxies read PEM';
  return content.includes('-----BEGIN') && !/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/.test(content) ? 'has no certificate where it belongs, but something else in PEM' : undefined;
}
