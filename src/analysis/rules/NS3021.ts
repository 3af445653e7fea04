import type { FieldPath } from '../documents/document';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import { list, record } from '../model/fields';
import type { AuthzPolicy } from '../model/mesh-authz';
import { authorizationOf } from '../model/mesh-authz';
import { identityOf } from '../model/mesh-identities';
import { meshOf } from '../model/mesh';
import { SHOP, workload } from './mesh-fixtures';
import type { Report, Rule } from './rule';

const policy = (principal: string): string => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  rules: [{ from: [{ source: { principals: ["${principal}"] } }] }]
`;

export const rule: Rule = {
  id: 'NS3021',
  class: 'risk',
  title: 'An AuthorizationPolicy names a principal that no certificate can have',
  sees: 'principals that are written with spiffe:// before them, that have another form than <trust domain>/ns/<namespace>/sa/<service account>, or whose trust domain is none of the mesh\'s, where the mesh configuration says which it has.',
  why: 'Istio puts spiffe:// in front itself and compares the whole text. The rule never matches: an ALLOW policy denies the caller that was meant, a DENY policy lets everybody pass.',
  fix: 'write <trust domain>/ns/<namespace>/sa/<service account>, with cluster.local for the mesh\'s own trust domain',
  covers: ['analysis 1.3: AuthorizationPolicy trust domain not in the program'],
  docs: ['https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source'],
  subjects: ['security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: `${SHOP}${workload('frontend')}${policy('spiffe://cluster.local/ns/shop/sa/frontend')}`,
    says: 'Principal spiffe://cluster.local/ns/shop/sa/frontend never matches: Istio puts spiffe:// in front itself',
    field: 'spec.rules[0].from[0].source.principals[0]',
  },
  passing: { documents: `${SHOP}${workload('frontend')}${policy('*/ns/shop/sa/frontend')}` },
  check(cluster, report) {
    each(authorizationOf(cluster).policies, checkPolicy, trustDomains(cluster), report);
  },
};

type TrustDomains = ReadonlySet<string> | undefined;

function checkPolicy({ entry, rules }: AuthzPolicy, trusted: TrustDomains, report: Report): void {
  for (const { from, when } of rules) {
    for (const part of from) {
      look(entry, part.fields.principals, part, 'principals', trusted, report);
      look(entry, part.fields.notPrincipals, part, 'notPrincipals', trusted, report);
    }
    for (const condition of when) if (condition.key === 'source.principal') look(entry, condition.values, condition, 'values', trusted, report);
  }
}

function look(entry: Entry, values: readonly string[] | undefined, place: { readonly path: FieldPath }, key: string, trusted: TrustDomains, report: Report): void {
  for (let index = 0; values !== undefined && index < values.length; index++) {
    const value = values[index]!;
    const wrong = reasonOf(value, trusted);
    if (wrong !== undefined) report(entry, [...place.path, key, index], { message: `Principal ${value} never matches: ${wrong}` });
  }
}

function reasonOf(value: string, trusted: TrustDomains): string | undefined {
  if (value.startsWith('spiffe://')) return 'Istio puts spiffe:// in front itself';
  if (value.includes('*')) return undefined;
  const identity = identityOf(value);
  if (!identity) return /^[^/]+\/ns\/[^/]+\/sa\/[^/]+$/.test(value) ? undefined : 'it has not the form <trust domain>/ns/<namespace>/sa/<service account>';
  if (trusted === undefined || trusted.has(identity.trustDomain)) return undefined;
  return `the mesh has trust domain ${[...trusted].filter((one) => one !== 'cluster.local').join(', ') || 'cluster.local'}`;
}

/** The trust domains of the system, where its configuration names them; `cluster.local` always stands for the mesh's own. */
function trustDomains(cluster: ClusterModel): TrustDomains {
  const known = new Set(['cluster.local']);
  for (const one of cluster.world.clusters) {
    const { given } = meshOf(one).config;
    const clusters = (one.world.input.models ?? []).flatMap((model) => model.clusters ?? []);
    const declared = one.facts.name !== undefined && clusters.some(({ name, trustDomain }) => name === one.facts.name && trustDomain !== undefined);
    if (given === undefined && !declared) return undefined;
    known.add(meshOf(one).config.trustDomain);
    for (const alias of list(record(given).trustDomainAliases)) known.add(String(alias));
  }
  return known;
}
