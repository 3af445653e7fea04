// What istiod makes of PeerAuthentications for the proxy of the node (pilot/pkg/serviceregistry/ambient/authorization.go): one policy for STRICT pods, and one of its own for pods
// whose ports differ. It is not what the words of PeerAuthentication say everywhere (read at istio 1.31-dev):
// - a port with DISABLE stays STRICT where the pods say nothing of themselves and everybody is STRICT, unless another port is PERMISSIVE;
// - under a STRICT mesh whose namespace says nothing, a STRICT port of PERMISSIVE pods is left open, because the policy for it is thought to be elsewhere;
// - under a STRICT mesh, pods of a namespace whose policy is UNSET are wholly open once one of their ports is PERMISSIVE: their policy is never made.
import type { Entry } from './entry';
import { record, text } from './fields';

type Mode = 'STRICT' | 'open' | 'unset';

function modeOf(mtls: unknown): Mode {
  const mode = text(record(mtls).mode);
  return mode === 'STRICT' ? 'STRICT' : mode === 'PERMISSIVE' || mode === 'DISABLE' ? 'open' : 'unset';
}

/** Whether callers without a certificate are refused at a port, by the policies of the mesh, the namespace and the pods themselves. */
export function isStrictAtNode(mesh: Entry | undefined, namespace: Entry | undefined, pods: Entry | undefined, port: number): boolean {
  const [ofMesh, ofNamespace, own] = [mesh, namespace, pods].map((entry) => (entry === undefined ? undefined : modeOf(entry.spec.mtls)));
  const inherited = ofNamespace === undefined || ofNamespace === 'unset' ? ofMesh === 'STRICT' : ofNamespace === 'STRICT';
  const strict = own === undefined || own === 'unset' ? inherited : own === 'STRICT';
  const ports = record(pods?.spec.portLevelMtls);
  if (own === undefined || !hasPolicyOfItsOwn(ports, own, strict)) return strict;
  const exempt: string[] = [];
  const added: string[] = [];
  const counted = ofNamespace === undefined ? ofMesh : ofNamespace;
  for (const key in ports) {
    const mode = modeOf(ports[key]);
    if (mode === 'STRICT' && own !== 'STRICT' && !(own === 'unset' && ofNamespace === 'STRICT') && !((ofNamespace ?? 'unset') === 'unset' && ofMesh === 'STRICT')) added.push(key);
    if (mode === 'open' && (own === 'STRICT' || own === 'unset' && counted === 'STRICT')) exempt.push(key);
  }
  return added.includes(String(port)) || exempt.length > 0 && !exempt.includes(String(port));
}

/** Whether some port differs from the pods so that they get a policy of their own in place of the common one. */
function hasPolicyOfItsOwn(ports: Readonly<Record<string, unknown>>, own: Mode, strict: boolean): boolean {
  for (const key in ports) {
    if (strict ? (own === 'STRICT' ? modeOf(ports[key]) === 'open' : text(record(ports[key]).mode) === 'PERMISSIVE') : modeOf(ports[key]) === 'STRICT') return true;
  }
  return false;
}
