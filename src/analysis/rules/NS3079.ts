import { meshOf } from '../model/mesh';
import { mtlsOf } from '../model/mesh-mtls';
import { SHOP } from './mesh-fixtures';
import type { Rule } from './rule';

const scene = (mode: string): string => `${SHOP}
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: ${mode} } }
`;

export const rule: Rule = {
  id: 'NS3079',
  class: 'practice',
  title: 'A namespace of the mesh takes plain text',
  sees: 'namespaces with pods in the mesh for which the effective PeerAuthentication is not STRICT. Ports that a policy for chosen pods opens are a decision of their own and are passed over.',
  why: 'PERMISSIVE is for the way into the mesh. While it stays, whoever is in the network calls without a certificate, and policies by identity see nobody.',
  fix: 'when every caller has a sidecar, add a PeerAuthentication with STRICT for the namespace or in the root namespace',
  covers: ['R13', 'R35', 'R43', 'R65'],
  docs: ['https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/'],
  subjects: ['/Namespace'],
  failing: {
    documents: scene('PERMISSIVE'),
    says: 'Pods of namespace shop take plain text: mTLS is PERMISSIVE',
    field: 'metadata.name',
  },
  passing: { documents: scene('STRICT') },
  check(cluster, report) {
    const mesh = meshOf(cluster);
    const said = new Set<string>();
    for (const group of cluster.pods) {
      const { membership } = mesh.memberOf(group);
      if (said.has(group.namespace) || membership !== 'sidecar' && membership !== 'ambient') continue;
      // Port 0 is no port of anybody: what counts is the mode of the rest.
      const { mode, by, scope } = mtlsOf(cluster).at(group, 0);
      const entry = cluster.namespace(group.namespace)?.entry;
      if (mode === 'STRICT' || mode === 'unknown' || scope === 'workload' || !entry) continue;
      said.add(group.namespace);
      report(entry, ['metadata', 'name'], { message: `Pods of namespace ${group.namespace} take plain text: ${by === undefined ? 'no PeerAuthentication says STRICT' : `mTLS is ${mode}`}`, decidedBy: by ? [by] : [] });
    }
  },
};
