// What only the whole graph shows: calls that STRICT would refuse, and conditions that an AuthorizationPolicy cannot say.
import type { ConnectionEdge } from '../../core/edge';
import { shorten } from '../../core/errors';
import { peerKey } from '../../core/peer';
import type { IWorkload } from '../../core/peer';
import { decides, readsRequests } from './authorization';
import type { Membership } from './membership';
import { permissivePorts } from './peer-authentication';

/** One sentence for each edge of a meshed workload that the mesh would break or could not check. */
export function checkWorkload(workload: IWorkload, ingress: readonly ConnectionEdge[], members: Membership): string[] {
  const found: string[] = [];
  const { stage, tokenIssuers } = members.context;
  const permissive = permissivePorts(workload, ingress, members);
  const target = `${workload.namespace}/${workload.name}`;
  for (const edge of ingress) {
    if (!decides(edge)) continue;
    const port = edge.port?.number ?? 'every port';
    const said = ` (declared by ${edge.declaredBy.path}${edge.declaredBy.source === undefined ? '' : `, ${edge.declaredBy.source}`})`;
    if (stage === 'strict' && !isClientMember(edge, members) && !(edge.port && permissive.has(edge.port.number))) {
      found.push(`${peerKey(edge.from)} calls ${target} on ${port}, which takes mTLS only at stage strict, and has no sidecar${said}: ${edge.from.kind === 'workload'
        ? 'take it into the mesh with Mesh.istio({ members: [it] }) or a guarded namespace, or open the port with plainText: [{ port, reason }]'
        : 'open the port with Mesh.istio({ plainText: [{ port, reason }] }), where it is told by its address'}.`);
    }
    for (const http of edge.http) {
      if (!readsRequests(edge.port)) {
        found.push(`${peerKey(edge.from)} may call ${target} on ${port} with certain requests only${said}, and inside the workload's own TLS no sidecar reads them: drop the Http conditions, or end TLS in the mesh with Port.http.`);
        break;
      }
      const pattern = http.paths.find((path) => path.type === 'regex');
      if (pattern) {
        found.push(`Path ${shorten(pattern.value)} to ${target}${said} is a pattern, and an AuthorizationPolicy of Istio knows exact paths and prefixes: use Path.exact or Path.prefix here, and check the pattern in the gateway's route or, without a mesh, in Cilium.`);
      }
      const wild = [...http.headers.flatMap((header) => header.values), ...http.jwt?.audiences ?? [], ...Object.values(http.jwt?.claims ?? {}).flat()].find((value) => value.startsWith('*') || value.endsWith('*'));
      if (wild !== undefined) found.push(`Value ${shorten(wild)} of a condition to ${target}${said} begins or ends with "*", which Istio reads as a wildcard: use a value without it.`);
      const claim = Object.keys(http.jwt?.claims ?? {}).find((name) => /[[\]]/.test(name));
      if (claim !== undefined) found.push(`Claim ${shorten(claim)} of a condition to ${target}${said} holds a bracket, which Istio reads as a nested claim: name a claim of the top level.`);
      if (http.jwt && !tokenIssuers.some(({ issuer }) => issuer === http.jwt!.issuer)) {
        found.push(`${target} asks for tokens of ${shorten(http.jwt.issuer)}${said}, and nobody says where its keys are, so no request would pass: give new ZeroTrustMesh(…, { jwt: [{ issuer, jwksUri }] }).`);
      }
    }
  }
  return found;
}

/** A member's sidecar wraps every connection to the pods' addresses on a port: a pod without a sidecar there would get TLS. */
export function checkMember(member: IWorkload, egress: readonly ConnectionEdge[], members: Membership): string[] {
  const targets = egress.filter(({ to, port }) => to.kind === 'workload' && port?.protocol === 'TCP');
  const meshed = new Map(targets.filter(({ to }) => to.kind === 'workload' && members.has(to.workload)).map((edge) => [edge.port!.number, edge]));
  return targets.filter(({ to, port }) => to.kind === 'workload' && !members.has(to.workload) && meshed.has(port!.number)).map(({ to, port }) =>
    `Member ${member.namespace}/${member.name} calls ${peerKey(to)} on ${port!.number} without mTLS and ${peerKey(meshed.get(port!.number)!.to)} on the same port with it, and its sidecar tells them by port only: give one of them another port, or a sidecar.`);
}

function isClientMember({ from }: ConnectionEdge, members: Membership): boolean {
  if (from.kind === 'workload') return members.has(from.workload);
  return from.kind === 'namespace' && members.hasNamespace(from.namespace);
}
