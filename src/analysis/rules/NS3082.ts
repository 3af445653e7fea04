import { list } from '../model/fields';
import { isNobody } from '../model/mesh-identities';
import type { Rule } from './rule';

const scene = (account: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: frontend, namespace: shop }
spec:
  selector: { matchLabels: { app: frontend } }
  template:
    metadata: { labels: { app: frontend } }
    spec: { serviceAccountName: frontend, containers: [{ name: frontend, image: "registry.example.com/frontend:1.0.0" }] }
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: { name: frontend, namespace: shop }
spec: { identities: [${account}.shop.serviceaccount.identity.linkerd.cluster.local] }
`;

export const rule: Rule = {
  id: 'NS3082',
  class: 'risk',
  title: 'A MeshTLSAuthentication names an identity that nobody has',
  sees: 'exact identities of MeshTLSAuthentications and ServerAuthorizations whose service account no pod runs as and no ServiceAccount is, in namespaces whose pods the documents have; and identities in another form.',
  why: 'Nobody can show this identity: the caller that was meant is refused with 403.',
  fix: 'write <service account>.<namespace>.serviceaccount.identity.linkerd.<trust domain>, or name the ServiceAccount with identityRefs',
  covers: ['analysis 1.3: MeshTLSAuthentication naming a missing SA'],
  docs: ['https://linkerd.io/2/reference/authorization-policy/#meshtlsauthentication'],
  subjects: ['policy.linkerd.io/MeshTLSAuthentication', 'policy.linkerd.io/ServerAuthorization'],
  failing: {
    documents: scene('front-end'),
    says: 'No pod of namespace shop runs as service account front-end',
    field: 'spec.identities[0]',
  },
  passing: { documents: scene('frontend') },
  check(cluster, report) {
    const places = [
      ...cluster.objects('policy.linkerd.io', 'MeshTLSAuthentication').map((entry) => ({ entry, identities: list(entry.spec.identities), path: ['spec', 'identities'] })),
      ...cluster.objects('policy.linkerd.io', 'ServerAuthorization').map((entry) => ({ entry, identities: list(entry.spec.client.meshTLS?.identities), path: ['spec', 'client', 'meshTLS', 'identities'] })),
    ];
    for (const { entry, identities, path } of places) {
      for (const [index, identity] of identities.map(String).entries()) {
        if (identity.includes('*')) continue;
        const match = /^([a-z0-9.-]+?)\.([a-z0-9-]+)\.serviceaccount\.identity\.[a-z0-9-]+\./.exec(identity);
        if (match && isNobody(cluster.world, match[2]!, match[1]!)) report(entry, [...path, index], { message: `No pod of namespace ${match[2]!} runs as service account ${match[1]!}, so nobody is ${identity}` });
        else if (!match && !identity.startsWith('spiffe://')) report(entry, [...path, index], { message: `${identity} has not the form of an identity, so nobody has it` });
      }
    }
  },
};
